package dev.galley.realtime;

import dev.galley.http.JsonText;
import dev.galley.realtime.Authorization.Subject;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One attempt to join a channel, from the limits over the token and the policies to the messages of before. It may take a while,
 * and the client may think otherwise meanwhile. Confined to the socket's event loop.
 */
final class Joining {
    private static final int POLICY_VIOLATION = 1008;

    private final Session session;
    private final Realtime realtime;
    private final Inbound.Event event;
    private final JoinRequest request;
    private final ChannelName name;
    private boolean over;

    Joining(Session session, Inbound.Event event) {
        this.session = session;
        this.realtime = session.realtime();
        this.event = event;
        this.request = JoinRequest.read(event.payload());
        this.name = new ChannelName(event.topic().substring(ChannelName.PREFIX.length()), request.isPrivate());
    }

    void start() {
        Optional<Refused> refused = limits();
        if (refused.isPresent()) {
            refuse(refused.get());
            return;
        }
        switch (token()) {
            case ChannelToken.Bad bad -> refuse(new Refused(bad.code(), bad.message()));
            case ChannelToken.Good(ChannelToken token) -> authorize(token);
        }
    }

    /** The client does not want it any more. */
    void cancel() {
        over = true;
    }

    private Optional<Refused> limits() {
        if (name.topic().isEmpty()) {
            return Optional.of(Refused.TOPIC_REQUIRED);
        }
        if (realtime.draining().get()) {
            return Optional.of(Refused.RESTARTING);
        }
        if (!request.isPrivate() && !realtime.settings().publicChannels()) {
            return Optional.of(Refused.PRIVATE_ONLY);
        }
        if (!realtime.rates().joins().admit(1)) {
            return Optional.of(Refused.TOO_MANY_JOINS);
        }
        return session.hasRoom() ? Optional.empty() : Optional.of(Refused.TOO_MANY_CHANNELS);
    }

    private ChannelToken.Check token() {
        Optional<String> own = request.accessToken().filter(token -> !ChannelToken.isOpaqueKey(token));
        return session.verify(own.orElse(session.key().text()));
    }

    private void authorize(ChannelToken token) {
        if (!name.isPrivate()) {
            if (request.broadcast().replay().isPresent()) {
                refuse(Refused.REPLAY_PUBLIC);
                return;
            }
            open(token, Permissions.everything(session.loop().authorization()), Optional.empty());
            return;
        }
        Subject subject = new Subject(token.caller(), name.topic(), session.headers());
        var _ = session.loop()
                .authorization()
                .read(subject, request.presence().enabled())
                .onComplete(answer -> {
                    if (over) {
                        return;
                    }
                    if (answer.failed()) {
                        refuse(Refused.of(answer.cause()));
                    } else if (!answer.result().any()
                            || (request.broadcast().replay().isPresent()
                                    && !answer.result().broadcast())) {
                        refuse(Refused.unauthorized(name.topic()));
                    } else {
                        open(
                                token,
                                Permissions.of(
                                        subject, answer.result(), session.loop().authorization()),
                                Optional.of(subject));
                    }
                });
    }

    private void open(ChannelToken token, Permissions permissions, Optional<Subject> subject) {
        Channel channel = new Channel(session, name, event.joinRef(), request, token, permissions);
        try {
            channel.subscribe(request);
        } catch (Refused.RefusedException refused) {
            channel.end();
            refuse(refused.why());
            return;
        }
        Future<List<Outgoing.UserBroadcast>> before = subject.isPresent()
                        && request.broadcast().replay().isPresent()
                ? session.loop()
                        .replay()
                        .of(name, subject.get(), request.broadcast().replay().get())
                : Future.succeededFuture(List.of());
        var _ = before.onComplete(messages -> {
            if (over) {
                channel.end();
            } else if (messages.failed()) {
                channel.end();
                Refused why = Refused.of(messages.cause());
                refuse(
                        why.equals(Refused.REPLAY_INVALID) || why.passing()
                                ? why
                                : new Refused("UnableToReplayMessages", "Realtime was unable to replay messages"));
            } else {
                over = true;
                session.joined(channel);
                channel.open(event.ref(), messages.result());
            }
        });
    }

    /** A little later: clients that are refused try again at once. */
    private void refuse(Refused why) {
        long delay = realtime.settings().timing().refusal().toMillis();
        if (delay == 0) {
            tell(why);
            return;
        }
        var _ = session.loop().loop().schedule(() -> tell(why), delay, TimeUnit.MILLISECONDS);
    }

    private void tell(Refused why) {
        if (over) {
            return;
        }
        over = true;
        session.notJoined(this, event.topic());
        session.reply(
                event.joinRef(),
                event.ref(),
                event.topic(),
                "error",
                "{\"reason\":" + JsonText.quoted(why.reason()) + "}");
        if (why.equals(Refused.TOO_MANY_JOINS)) {
            session.disconnect(POLICY_VIOLATION, why.message());
        }
    }
}
