package dev.galley.realtime;

import dev.galley.http.JsonText;
import dev.galley.http.SocketFrame;
import dev.galley.realtime.Authorization.Subject;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A channel that a socket has joined. What it carries are its parts: broadcast, presence, changes of rows. Confined to the socket's
 * event loop. It ends once: by leaving, by an error that the client is told, or with its socket.
 */
final class Channel {
    private static final System.Logger LOG = System.getLogger(Channel.class.getName());
    private static final AtomicLong IDS = new AtomicLong();
    private static final int MOST_HELD = 1_000;

    private final long id = IDS.incrementAndGet();
    private final Session session;
    private final Realtime realtime;
    private final ChannelName name;
    private final @Nullable String joinRef;
    private final BroadcastPart broadcast;
    private final PresencePart presence;
    private final Set<String> replayed = new HashSet<>();
    private ChannelToken token;
    private Permissions permissions;
    private @Nullable ChangesPart changes;
    /** Messages that came while those of before were still looked for; null when that is over. */
    private @Nullable List<Outgoing> held;

    /** How often the policies were asked: only the last answer counts. */
    private int asked;

    private boolean joined;
    private boolean ended;
    private long checkAt;

    Channel(
            Session session,
            ChannelName name,
            @Nullable String joinRef,
            JoinRequest request,
            ChannelToken token,
            Permissions permissions) {
        this.session = session;
        this.realtime = session.realtime();
        this.name = name;
        this.joinRef = joinRef;
        this.token = token;
        this.permissions = permissions;
        this.broadcast = new BroadcastPart(this, request.broadcast());
        this.presence = new PresencePart(this, request.presence());
        planCheck(System.nanoTime());
    }

    /** Of this process only. */
    long id() {
        return id;
    }

    Session session() {
        return session;
    }

    Realtime realtime() {
        return realtime;
    }

    ChannelName name() {
        return name;
    }

    ChannelToken token() {
        return token;
    }

    Permissions permissions() {
        return permissions;
    }

    boolean isOpen() {
        return joined && !ended;
    }

    @Nullable
    String joinRef() {
        return joinRef;
    }

    /** Whose rights count, for the policies. */
    Subject subject() {
        return new Subject(token.caller(), name.topic(), session.headers());
    }

    /** @throws Refused.RefusedException when the changes that were asked for cannot be had */
    void subscribe(JoinRequest request) {
        if (request.broadcast().replay().isPresent()) {
            held = new ArrayList<>();
        }
        changes = realtime.changes().join(this, request, token);
        session.loop().subscribe(this);
    }

    /** Answers the join and lets messages through: first those of before, then those that came meanwhile. */
    void open(@Nullable String ref, List<Outgoing.UserBroadcast> before) {
        ChangesPart rows = Objects.requireNonNull(changes, "not subscribed");
        joined = true;
        reply(ref, "ok", "{\"postgres_changes\":" + rows.bindings() + "}");
        presence.joined();
        for (Outgoing.UserBroadcast message : before) {
            message.id().ifPresent(replayed::add);
            sendFrame(message);
        }
        List<Outgoing> meanwhile = held == null ? List.of() : held;
        held = null;
        for (Outgoing message : meanwhile) {
            if (wants(message)) {
                sendFrame(message);
            }
        }
        broadcast.joined();
        rows.joined();
    }

    /** Whether a message that comes now goes to the client. */
    boolean wants(Outgoing message) {
        if (!permissions.mayHear(message.kind())) {
            return false;
        }
        if (held != null) {
            hold(message);
            return false;
        }
        return switch (message.kind()) {
            case PRESENCE -> presence.wantsDiffs();
            case BROADCAST ->
                !(message instanceof Outgoing.UserBroadcast stored
                        && stored.id().isPresent()
                        && replayed.contains(stored.id().get()));
        };
    }

    private void hold(Outgoing message) {
        List<Outgoing> waiting = Objects.requireNonNull(held);
        if (message.kind() == Outgoing.Kind.BROADCAST && waiting.size() < MOST_HELD) {
            waiting.add(message);
        }
    }

    private void sendFrame(Outgoing message) {
        message.frame(session.protocol()).ifPresent(frame -> {
            session.send(frame);
            frame.release();
        });
    }

    /** @param payload JSON */
    void push(String event, String payload) {
        session.send(session.protocol().message(joinRef, null, name.wire(), event, payload));
    }

    /** @param frame a message for this channel, encoded for many; not released here */
    boolean push(SocketFrame frame) {
        return isOpen() && session.send(frame);
    }

    /** @param response JSON */
    void reply(@Nullable String ref, String status, String response) {
        session.reply(joinRef, ref, name.wire(), status, response);
    }

    void system(String extension, String status, String message) {
        StringBuilder payload = new StringBuilder(160).append("{\"message\":");
        JsonText.quote(payload, message);
        payload.append(",\"status\":");
        JsonText.quote(payload, status);
        payload.append(",\"extension\":");
        JsonText.quote(payload, extension);
        payload.append(",\"channel\":");
        JsonText.quote(payload, name.topic());
        push("system", payload.append('}').toString());
    }

    /** Ends the channel for a reason that the client is told. */
    void shutDown(String message) {
        if (ended) {
            return;
        }
        system("system", "error", message);
        close();
    }

    /** Ends the channel and says that it is over. */
    void close() {
        if (ended) {
            return;
        }
        end();
        session.send(session.protocol().message(joinRef, joinRef, name.wire(), "phx_close", "{}"));
    }

    /** The client has gone, or joins anew: ends without a word. */
    void end() {
        if (ended) {
            return;
        }
        ended = true;
        session.loop().unsubscribe(this);
        session.forget(this);
        presence.left();
        if (changes != null) {
            changes.left();
        }
    }

    void receive(Inbound message) {
        switch (message) {
            case Inbound.UserBroadcast user -> broadcast.receive(user);
            case Inbound.Event event -> {
                switch (event.event()) {
                    case "phx_leave" -> {
                        reply(event.ref(), "ok", "{}");
                        close();
                    }
                    case "broadcast" -> broadcast.receive(event);
                    case "presence" -> presence.receive(event);
                    case "access_token" -> replaceToken(event.payload().path("access_token"));
                    default -> {} // of another version of the protocol
                }
            }
        }
    }

    private void replaceToken(JsonNode sent) {
        if (!sent.isString()
                || ChannelToken.isOpaqueKey(sent.stringValue())
                || sent.stringValue().equals(token.text())) {
            return;
        }
        switch (ChannelToken.check(sent.stringValue(), realtime.authenticator(), realtime.clock())) {
            case ChannelToken.Bad bad -> shutDown(bad.message());
            case ChannelToken.Good(ChannelToken good) -> {
                token = good;
                if (changes != null) {
                    changes.tokenChanged(good);
                }
                askPolicies(true);
            }
        }
    }

    /** @param now by {@link System#nanoTime} */
    void sweep(long now) {
        if (joined && now - checkAt >= 0) {
            planCheck(now);
            check();
        }
    }

    /** Not all channels at the same moment; at the end of a token exactly then. */
    private void planCheck(long now) {
        long interval = realtime.settings().timing().recheck().toNanos();
        long next = interval / 2 + ThreadLocalRandom.current().nextLong(Math.max(1, interval / 2));
        long toExpiry = TimeUnit.SECONDS.toNanos(
                Math.clamp(token.expires() - realtime.clock().instant().getEpochSecond(), 0, 1_000_000));
        checkAt = now + Math.min(next, toExpiry);
    }

    /** Keys may have been replaced, the token may have ended, policies and memberships may have changed. */
    private void check() {
        if (token.expiredAt(realtime.clock().instant().getEpochSecond())) {
            shutDown("Token has expired 0 seconds ago");
            return;
        }
        switch (session.verify(token.text())) {
            case ChannelToken.Bad bad -> shutDown(bad.message());
            case ChannelToken.Good _ -> askPolicies(false);
        }
    }

    /** @param newToken whether nothing is known of the token yet; else what was allowed stays so while the database cannot be asked */
    private void askPolicies(boolean newToken) {
        planCheck(System.nanoTime());
        if (!name.isPrivate()) {
            return;
        }
        int asking = ++asked;
        Subject subject = subject();
        boolean withPresence = presence.isOn();
        var _ = session.loop().authorization().read(subject, withPresence).onComplete(answer -> {
            if (ended || asking != asked) {
                return;
            }
            if (answer.failed()) {
                Refused why = Refused.of(answer.cause());
                LOG.log(Level.DEBUG, "policies could not be asked again: {0}", why.code());
                if (newToken || !why.passing()) {
                    shutDown(why.message());
                }
                return;
            }
            Permissions later =
                    Permissions.of(subject, answer.result(), session.loop().authorization());
            if (permissions.losesAgainst(later) || !answer.result().any()) {
                shutDown("You no longer have permission to read from this Channel topic: " + name.topic());
                return;
            }
            permissions = later;
            presence.permissionsChanged();
        });
    }
}
