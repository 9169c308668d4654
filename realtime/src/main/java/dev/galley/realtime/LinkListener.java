package dev.galley.realtime;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Takes the links of other nodes and passes on what they tell. A node that is cut off without a goodbye has a while to come back;
 * then its clients count as gone. Confined to its event loop.
 */
final class LinkListener {
    private static final System.Logger LOG = System.getLogger(LinkListener.class.getName());
    private static final int SECONDS_TO_PROVE = 5;

    private final UUID self;
    private final LinkProof proof;
    private final Hub hub;
    private final PresenceDesk presence;
    private final int longest;
    private final long graceMillis;
    private final Vertx vertx;
    private final NetServer server;
    /** The link of each node that counts: the newest. */
    private final Map<UUID, NetSocket> links = new HashMap<>();

    /**
     * @param longest frame, in bytes
     * @param graceMillis for a node to come back
     */
    LinkListener(
            Vertx vertx, UUID self, LinkProof proof, Hub hub, PresenceDesk presence, int longest, long graceMillis) {
        this.vertx = vertx;
        this.self = self;
        this.proof = proof;
        this.hub = hub;
        this.presence = presence;
        this.longest = longest;
        this.graceMillis = graceMillis;
        this.server = vertx.createNetServer(
                        new NetServerOptions().setTcpNoDelay(true).setTcpKeepAlive(true))
                .connectHandler(this::greet);
    }

    /** The port. */
    Future<Integer> listen(String host, int port) {
        return server.listen(port, host).map(NetServer::actualPort);
    }

    private void greet(NetSocket socket) {
        byte[] challenge = proof.challenge();
        LinkReader reader = new LinkReader(socket, longest);
        Incoming link = new Incoming(socket);
        long late = vertx.setTimer(SECONDS_TO_PROVE * 1_000L, _ -> {
            if (link.node == null) {
                var _ = socket.close();
            }
        });
        reader.expect(LinkProof.ID_BYTES + LinkProof.CHALLENGE_BYTES + LinkProof.PROOF_BYTES, answer -> {
            ByteBuffer in = ByteBuffer.wrap(answer);
            UUID dialer = LinkProof.id(in);
            byte[] dialersChallenge = new byte[LinkProof.CHALLENGE_BYTES];
            in.get(dialersChallenge);
            byte[] proven = new byte[LinkProof.PROOF_BYTES];
            in.get(proven);
            LinkProof.Talk talk = new LinkProof.Talk(self, challenge, dialer, dialersChallenge);
            vertx.cancelTimer(late);
            if (!LinkProof.equal(proven, proof.ofDialer(talk))) {
                LOG.log(Level.WARNING, "something that does not know the key has dialed the port for other nodes");
                var _ = socket.close();
                return;
            }
            link.begin(dialer);
            var _ = socket.write(Buffer.buffer(proof.ofListener(talk)));
            reader.expectFrames(link::hear);
        });
        socket.handler(reader::read);
        socket.closeHandler(_ -> link.end());
        socket.exceptionHandler(_ -> socket.close());
        var _ = socket.write(Buffer.buffer(LinkProof.bytes(self)).appendBytes(challenge));
    }

    /** A link of another node. */
    private final class Incoming {
        private final NetSocket socket;
        private @Nullable UUID node;
        private @Nullable List<PresenceChange.Joined> state;
        private boolean bye;

        Incoming(NetSocket socket) {
            this.socket = socket;
        }

        void begin(UUID dialer) {
            node = dialer;
            NetSocket before = links.put(dialer, socket);
            if (before != null) {
                var _ = before.close();
            }
        }

        void hear(byte[] frame) {
            String from = String.valueOf(node);
            switch (LinkMessage.decode(frame)) {
                case null -> {}
                case LinkMessage.Sent(Outgoing message) -> hub.publish(message, null);
                case LinkMessage.StateBegin() -> state = new ArrayList<>();
                case LinkMessage.StateEnd() -> {
                    List<PresenceChange.Joined> all = state == null ? List.of() : state;
                    state = null;
                    presence.stateThere(from, all);
                }
                case LinkMessage.Presence(PresenceChange change) -> {
                    if (state != null && change instanceof PresenceChange.Joined joined) {
                        state.add(joined);
                    } else {
                        presence.changedThere(from, change);
                    }
                }
                case LinkMessage.Beat() -> {}
                case LinkMessage.Bye() -> {
                    bye = true;
                    presence.gone(from);
                }
            }
        }

        void end() {
            UUID gone = node;
            // A newer link of the same node has taken over.
            if (gone == null || !links.remove(gone, socket) || bye) {
                return;
            }
            vertx.setTimer(graceMillis, _ -> {
                if (!links.containsKey(gone)) {
                    presence.gone(gone.toString());
                }
            });
        }
    }

    Future<Void> close() {
        return server.close();
    }
}
