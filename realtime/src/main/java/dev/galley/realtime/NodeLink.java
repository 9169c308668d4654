package dev.galley.realtime;

import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * This node's link to another one: tells it of messages and presence, in order. Dials again when it is cut. What is sent while there
 * is no link is lost to the other node's clients, as it would be had they lost theirs; presence is told anew with each link. Confined
 * to its event loop but for {@link #send}.
 */
final class NodeLink {
    private static final System.Logger LOG = System.getLogger(NodeLink.class.getName());
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;
    private static final long LONGEST_SILENCE_MILLIS = 10_000;

    private final Vertx vertx;
    private final NetClient client;
    private final UUID self;
    private final UUID peer;
    private final NodeTable.Address address;
    private final LinkProof proof;
    private final PresenceDesk presence;
    private final int queue;
    private final AtomicLong waiting = new AtomicLong();
    private final EventLoop loop;
    private volatile @Nullable NetSocket open;
    /** Whether the peer knows the presence here; on the owner's loop of the presence. */
    private volatile boolean presenceTold;

    private long pause = FIRST_PAUSE_MILLIS;
    private boolean stopped;
    private boolean cut;

    /** @param queue bytes that may wait for the peer */
    NodeLink(
            Vertx vertx,
            NetClient client,
            UUID self,
            UUID peer,
            NodeTable.Address address,
            LinkProof proof,
            PresenceDesk presence,
            int queue) {
        this.vertx = vertx;
        this.client = client;
        this.self = self;
        this.peer = peer;
        this.address = address;
        this.proof = proof;
        this.presence = presence;
        this.queue = queue;
        this.loop = ((ContextInternal) vertx.getOrCreateContext()).nettyEventLoop();
    }

    /** On the event loop on which the link was made. */
    void dial() {
        if (stopped) {
            return;
        }
        if (cut) {
            dialLater();
            return;
        }
        var _ = client.connect(address.port(), address.host()).onComplete(socket -> {
            if (socket.failed()) {
                LOG.log(Level.DEBUG, "another node cannot be reached: {0}", socket.cause());
                dialLater();
            } else if (stopped) {
                var _ = socket.result().close();
            } else {
                prove(socket.result());
            }
        });
    }

    private void dialLater() {
        long in = pause / 2 + ThreadLocalRandom.current().nextLong(pause);
        pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        vertx.setTimer(in, _ -> dial());
    }

    private void prove(NetSocket socket) {
        LinkReader reader = new LinkReader(socket, 1);
        long late = vertx.setTimer(LONGEST_SILENCE_MILLIS, _ -> {
            if (!socket.equals(open)) {
                var _ = socket.close();
            }
        });
        byte[] challenge = proof.challenge();
        reader.expect(LinkProof.ID_BYTES + LinkProof.CHALLENGE_BYTES, greeting -> {
            UUID listener = LinkProof.id(ByteBuffer.wrap(greeting));
            if (!listener.equals(peer)) {
                // Another process has the address by now.
                var _ = socket.close();
                return;
            }
            byte[] listenersChallenge = Arrays.copyOfRange(greeting, LinkProof.ID_BYTES, greeting.length);
            LinkProof.Talk talk = new LinkProof.Talk(listener, listenersChallenge, self, challenge);
            reader.expect(LinkProof.PROOF_BYTES, answer -> {
                vertx.cancelTimer(late);
                if (LinkProof.equal(answer, proof.ofListener(talk))) {
                    begin(socket);
                } else {
                    var _ = socket.close();
                }
            });
            var _ = socket.write(
                    Buffer.buffer(LinkProof.bytes(self)).appendBytes(challenge).appendBytes(proof.ofDialer(talk)));
        });
        socket.handler(reader::read);
        socket.exceptionHandler(_ -> socket.close());
        socket.closeHandler(_ -> {
            if (socket.equals(open)) {
                open = null;
            }
            presenceTold = false;
            if (!stopped) {
                dialLater();
            }
        });
    }

    private void begin(NetSocket socket) {
        pause = FIRST_PAUSE_MILLIS;
        waiting.set(0);
        open = socket;
        presence.own(all -> {
            write(socket, new LinkMessage.StateBegin());
            all.forEach(joined -> write(socket, new LinkMessage.Presence(joined)));
            write(socket, new LinkMessage.StateEnd());
            presenceTold = true;
        });
    }

    /** @param off as if the peer could not be reached; a fault point for tests */
    void cut(boolean off) {
        cut = off;
        NetSocket socket = open;
        if (off && socket != null) {
            var _ = socket.close();
        }
    }

    boolean isOpen() {
        return open != null;
    }

    /** From any thread; messages of one thread keep their order. */
    void send(LinkMessage message) {
        NetSocket socket = open;
        if (socket != null && (presenceTold || !(message instanceof LinkMessage.Presence))) {
            write(socket, message);
        }
    }

    private void write(NetSocket socket, LinkMessage message) {
        byte[] frame = LinkMessage.encode(message);
        if (waiting.addAndGet(frame.length) > queue) {
            LOG.log(Level.WARNING, "another node does not keep up; the link to it is made anew");
            var _ = socket.close();
            return;
        }
        loop.execute(() -> {
            if (socket.equals(open)) {
                var _ = socket.write(Buffer.buffer(frame)).onComplete(_ -> waiting.addAndGet(-frame.length));
            }
        });
    }

    /** On the link's event loop. */
    void stop(boolean sayBye) {
        stopped = true;
        NetSocket socket = open;
        if (socket == null) {
            return;
        }
        if (sayBye) {
            var _ = socket.write(Buffer.buffer(LinkMessage.encode(new LinkMessage.Bye())))
                    .onComplete(_ -> socket.close());
        } else {
            var _ = socket.close();
        }
    }
}
