package dev.galley.bench;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;

/** The HTTP server with nothing behind it: a constant answer on every path. Its own process, so that it has its own CPU time. */
public final class BareServer extends VerticleBase {
    private static final Buffer ANSWER = Buffer.buffer("[{\"id\":1,\"name\":\"constant\"}]");

    @Override
    public io.vertx.core.Future<?> start() {
        return vertx.createHttpServer()
                .requestHandler(request -> request.response()
                        .putHeader("content-type", "application/json; charset=utf-8")
                        .end(ANSWER))
                .listen(config().getInteger("port"), "127.0.0.1");
    }

    /** Listens on the port given and runs until it is killed. */
    public static void main(String[] args) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        vertx.deployVerticle(
                        BareServer.class,
                        new DeploymentOptions()
                                .setInstances(Runtime.getRuntime().availableProcessors())
                                .setConfig(new io.vertx.core.json.JsonObject().put("port", Integer.parseInt(args[0]))))
                .onFailure(failure -> {
                    System.err.println(failure.getMessage());
                    System.exit(1);
                });
    }
}
