package dev.galley.postgres.wire;

import com.ongres.scram.common.util.TlsServerEndpoint;
import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.DatabaseAddress.Tcp;
import dev.galley.postgres.DatabaseAddress.Tls;
import dev.galley.postgres.DatabaseAddress.UnixSocket;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Opens connections: socket, TLS, login. */
final class Connector {
    private final DatabaseAddress address;
    private final WireSettings settings;
    private final SessionSettings session;
    private final NetClient client;
    private final SocketAddress socketAddress;

    /** Whether the server is asked to notice our death; not every platform and engine can. */
    private volatile boolean watched;

    Connector(Vertx vertx, DatabaseAddress address, WireSettings settings, Map<String, String> usual) {
        this.address = address;
        this.settings = settings;
        this.session = settings.namedStatements() ? SessionSettings.with(usual) : SessionSettings.POOLED;
        this.watched = settings.namedStatements();
        int connectMillis = Math.toIntExact(settings.connectTimeout().toMillis());
        NetClientOptions options = new NetClientOptions().setConnectTimeout(connectMillis);
        socketAddress = switch (address.endpoint()) {
            case UnixSocket unix ->
                SocketAddress.domainSocketAddress(unix.file().toString());
            case Tcp tcp -> {
                options.setTcpNoDelay(true).setTcpKeepAlive(true).setTcpUserTimeout(30_000);
                yield SocketAddress.inetSocketAddress(tcp.port(), tcp.host());
            }
        };
        client = vertx.createNetClient(options);
    }

    /** Must be called on the context's event loop. */
    Future<WireConnection> connect(ContextInternal context) {
        return attempt(context).recover(failure -> {
            if (watched && failure instanceof Login.LoginRefused refused && refused.isOf(Login.CLIENT_CHECK)) {
                watched = false;
                return attempt(context);
            }
            return Future.failedFuture(failure);
        });
    }

    private Future<WireConnection> attempt(ContextInternal context) {
        Promise<WireConnection> promise = Promise.promise();
        open(context).onComplete(opened -> {
            if (opened.failed()) {
                promise.fail(opened.cause());
                return;
            }
            logIn(context, (NetSocketInternal) opened.result(), promise);
        });
        return promise.future();
    }

    private void logIn(ContextInternal context, NetSocketInternal socket, Promise<WireConnection> promise) {
        Login login;
        try {
            login = new Login(context, address, socket.isSsl() || isLocal(), tlsBinding(socket));
        } catch (IOException e) {
            socket.close();
            promise.fail(e);
            return;
        }
        MessageReader reader = new MessageReader(settings.longestMessage(), login);
        ChannelHandlerContext vertxHandler = socket.channelHandlerContext();
        vertxHandler.pipeline().addBefore(vertxHandler.name(), "galley", reader);
        ChannelHandlerContext channel = vertxHandler.pipeline().context(reader);
        var deadline = context.nettyEventLoop()
                .schedule(
                        () -> reader.end(channel, "no login within " + settings.connectTimeout()),
                        settings.connectTimeout().toMillis(),
                        TimeUnit.MILLISECONDS);
        login.start(channel, session, watched).onComplete(done -> {
            deadline.cancel(false);
            if (done.failed()) {
                promise.fail(done.cause());
                reader.end(channel, "login failed");
                return;
            }
            WireConnection connection = new WireConnection(
                    channel,
                    reader,
                    done.result(),
                    session,
                    settings.namedStatements() ? new StatementCache(settings.statements(), prefix()) : null);
            reader.handOverTo(connection);
            promise.complete(connection);
        });
        if (!channel.channel().isActive()) {
            reader.end(channel, "the server closed the connection");
        }
    }

    /** Asks the server to stop what the connection with this key does; completes when it has passed the request on. */
    Future<Void> cancel(ContextInternal context, WireConnection.BackendKey key) {
        Promise<Void> promise = Promise.promise();
        open(context).onComplete(opened -> {
            if (opened.failed()) {
                promise.fail(opened.cause());
                return;
            }
            NetSocketInternal socket = (NetSocketInternal) opened.result();
            var deadline = context.nettyEventLoop()
                    .schedule(
                            () -> {
                                promise.tryFail(new IOException("the server did not take the cancel request"));
                                socket.close();
                            },
                            settings.connectTimeout().toMillis(),
                            TimeUnit.MILLISECONDS);
            socket.closeHandler(closed -> {
                deadline.cancel(false);
                promise.tryComplete();
            });
            ByteBuf request = socket.channelHandlerContext().alloc().buffer(16);
            FrontendMessages.cancelRequest(request, key.processId(), key.secretKey());
            socket.writeMessage(request).onFailure(e -> socket.close());
        });
        return promise.future();
    }

    void close() {
        client.close();
    }

    private boolean isLocal() {
        return switch (address.endpoint()) {
            case UnixSocket unix -> true;
            case Tcp tcp ->
                tcp.host().equals("127.0.0.1")
                        || tcp.host().equals("::1")
                        || tcp.host().equals("localhost");
        };
    }

    /** A socket, with TLS where the address asks for it. */
    private Future<NetSocket> open(ContextInternal context) {
        Promise<NetSocket> promise = Promise.promise();
        // The client takes the event loop of the context it is called on.
        context.execute(
                () -> context.dispatch(ignored -> client.connect(socketAddress).onComplete(promise)));
        if (address.endpoint() instanceof UnixSocket || address.tls() == Tls.DISABLE) {
            return promise.future();
        }
        return promise.future().compose(socket -> secure(context, (NetSocketInternal) socket));
    }

    private Future<NetSocket> secure(ContextInternal context, NetSocketInternal socket) {
        Promise<NetSocket> promise = Promise.promise();
        var deadline = context.nettyEventLoop()
                .schedule(
                        () -> promise.tryFail(new IOException("no answer to the request for TLS")),
                        settings.connectTimeout().toMillis(),
                        TimeUnit.MILLISECONDS);
        ChannelHandlerContext vertxHandler = socket.channelHandlerContext();
        vertxHandler.pipeline().addBefore(vertxHandler.name(), "galley-tls", new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext channel, Object message) {
                ByteBuf answer = (ByteBuf) message;
                byte verdict = answer.getByte(answer.readerIndex());
                // More than the one byte would be read as if it had come under TLS (CVE-2021-23222).
                boolean alone = answer.readableBytes() == 1;
                ReferenceCountUtil.release(message);
                channel.pipeline().remove(this);
                if (alone && verdict == 'S') {
                    socket.upgradeToSsl(tlsOptions())
                            .onSuccess(done -> promise.tryComplete(socket))
                            .onFailure(promise::tryFail);
                } else if (alone && verdict == 'N' && address.tls() == Tls.PREFER) {
                    promise.tryComplete(socket);
                } else {
                    promise.tryFail(new IOException("the server does not speak TLS"));
                }
            }

            @Override
            public void channelInactive(ChannelHandlerContext channel) {
                promise.tryFail(new IOException("the server closed the connection"));
                channel.fireChannelInactive();
            }
        });
        ByteBuf request = vertxHandler.alloc().buffer(8);
        FrontendMessages.sslRequest(request);
        socket.writeMessage(request);
        return promise.future().onComplete(done -> {
            deadline.cancel(false);
            if (done.failed()) {
                socket.close();
            }
        });
    }

    private ClientSSLOptions tlsOptions() {
        ClientSSLOptions options = new ClientSSLOptions();
        settings.tlsRootCertificate()
                .ifPresent(file -> options.setTrustOptions(new PemTrustOptions().addCertPath(file)));
        options.setTrustAll(address.tls() == Tls.PREFER || address.tls() == Tls.REQUIRE);
        options.setHostnameVerificationAlgorithm(address.tls() == Tls.VERIFY_FULL ? "HTTPS" : "");
        return options;
    }

    private static Optional<byte[]> tlsBinding(NetSocket socket) throws IOException {
        if (!socket.isSsl()) {
            return Optional.empty();
        }
        try {
            Certificate certificate = socket.peerCertificates().get(0);
            return certificate instanceof X509Certificate x509
                    ? Optional.of(TlsServerEndpoint.getChannelBindingData(x509)).filter(hash -> hash.length > 0)
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException | CertificateException e) {
            throw new IOException("the server's certificate cannot be used", e);
        }
    }

    private static String prefix() {
        return "g" + Integer.toString(ThreadLocalRandom.current().nextInt(1 << 30), 36) + "_";
    }
}
