package dev.galley.postgres.wire;

import dev.galley.postgres.DatabaseAddress;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The conversation from the startup message to the first ReadyForQuery. */
final class Login implements MessageReader.Receiver {
    private static final int OK = 0;
    private static final int CLEARTEXT = 3;
    private static final int MD5 = 5;
    private static final int SASL = 10;
    private static final int SASL_CONTINUE = 11;
    private static final int SASL_FINAL = 12;

    /** The setting by which the server looks, while it works, whether its client is still there. */
    static final String CLIENT_CHECK = "client_connection_check_interval";

    /** So that what a killed program asked for ends soon: else a query, and its locks, stay until it has run to its end. */
    private static final String CLIENT_CHECK_EVERY = "2s";

    private final ContextInternal context;
    private final DatabaseAddress address;
    private final boolean unseen;
    private final Optional<byte[]> tlsBinding;
    private final Promise<WireConnection.BackendKey> promise = Promise.promise();
    private WireConnection.@Nullable BackendKey key;
    private @Nullable ChannelHandlerContext channel;
    private @Nullable Scram scram;

    /**
     * @param unseen whether nobody between here and the server can read what is sent
     * @param tlsBinding the hash of the server's certificate, when there is one
     */
    Login(ContextInternal context, DatabaseAddress address, boolean unseen, Optional<byte[]> tlsBinding) {
        this.context = context;
        this.address = address;
        this.unseen = unseen;
        this.tlsBinding = tlsBinding;
    }

    /** @param watched whether the server shall look out for our death */
    Future<WireConnection.BackendKey> start(ChannelHandlerContext on, SessionSettings session, boolean watched) {
        channel = on;
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("user", address.user());
        parameters.put("database", address.database());
        parameters.put("application_name", "galley");
        parameters.put("client_encoding", "UTF8");
        parameters.putAll(session.atStartup());
        if (watched) {
            parameters.put(CLIENT_CHECK, CLIENT_CHECK_EVERY);
        }
        send(out -> FrontendMessages.startup(out, parameters));
        return promise.future();
    }

    @Override
    public void message(byte type, ByteBuf body) {
        if (promise.future().isComplete()) {
            return;
        }
        switch (type) {
            case 'R' -> authenticate(body.readInt(), body);
            case 'K' -> key = new WireConnection.BackendKey(body.readInt(), body.readInt());
            case 'E' -> promise.fail(new LoginRefused(ServerError.read(body)));
            case 'Z' -> promise.complete(key == null ? new WireConnection.BackendKey(0, 0) : key);
            case 'S', 'N', 'v' -> {}
            default -> fail("message of type " + type + " during login");
        }
    }

    private void authenticate(int method, ByteBuf body) {
        switch (method) {
            case OK -> {
                if (scram != null && !scram.serverProved()) {
                    fail("the server did not prove that it knows the password");
                }
            }
            case CLEARTEXT -> {
                if (unseen) {
                    password().ifPresent(password -> send(out -> FrontendMessages.password(out, password)));
                } else {
                    fail("the server asks for the password in clear text over a connection without TLS");
                }
            }
            case MD5 -> {
                byte[] salt = new byte[4];
                body.readBytes(salt);
                password()
                        .ifPresent(password -> send(out ->
                                FrontendMessages.password(out, Md5Password.answer(address.user(), password, salt))));
            }
            case SASL -> password().ifPresent(password -> startScram(password, mechanisms(body)));
            case SASL_CONTINUE -> continueScram(body.toString(StandardCharsets.UTF_8));
            case SASL_FINAL -> {
                try {
                    conversation().finish(body.toString(StandardCharsets.UTF_8));
                } catch (IOException e) {
                    promise.fail(e);
                }
            }
            default -> fail("authentication method " + method + " is not supported");
        }
    }

    private void startScram(String password, List<String> mechanisms) {
        try {
            Scram started = new Scram(mechanisms, password, tlsBinding);
            scram = started;
            send(out -> FrontendMessages.saslInitialResponse(out, started.mechanism(), started.first()));
        } catch (IOException e) {
            promise.fail(e);
        }
    }

    /** Hashing a password thousands of times is no work for an event loop. */
    private void continueScram(String serverFirst) {
        Scram conversation = conversation();
        context.executeBlocking(() -> conversation.answer(serverFirst)).onComplete(answer -> {
            if (answer.failed()) {
                promise.tryFail(answer.cause());
            } else if (!promise.future().isComplete()) {
                send(out -> FrontendMessages.saslResponse(out, answer.result()));
            }
        });
    }

    private Scram conversation() {
        if (scram == null) {
            throw new IllegalStateException("SASL message out of order");
        }
        return scram;
    }

    private Optional<String> password() {
        if (address.password().isEmpty()) {
            fail("the server asks for a password and none is set");
        }
        return address.password();
    }

    private void fail(String reason) {
        promise.tryFail(new IOException(reason));
    }

    @Override
    public void readComplete() {}

    @Override
    public void lost(String reason) {
        fail(reason);
    }

    private void send(Consumer<ByteBuf> message) {
        ChannelHandlerContext to = channel;
        if (to != null) {
            ByteBuf out = to.alloc().buffer();
            message.accept(out);
            var _ = to.writeAndFlush(out, to.voidPromise());
        }
    }

    private static List<String> mechanisms(ByteBuf body) {
        List<String> mechanisms = new ArrayList<>();
        for (String name = ServerError.string(body); !name.isEmpty(); name = ServerError.string(body)) {
            mechanisms.add(name);
        }
        return mechanisms;
    }

    /** The server answered the login with an error. */
    static final class LoginRefused extends IOException {
        private final transient ServerError error;

        LoginRefused(ServerError error) {
            super(error.message() + " (" + error.sqlState() + ")");
            this.error = error;
        }

        ServerError error() {
            return error;
        }

        /** Whether it is the server's word on that startup parameter. */
        boolean isOf(String parameter) {
            return error.message().contains(parameter);
        }
    }
}
