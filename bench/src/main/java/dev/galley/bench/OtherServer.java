package dev.galley.bench;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Objects;

/** A server to compare with, in a process of its own, so that it has its own heap and CPU time. Its main class gets the port. */
record OtherServer(Process process, String url) implements AutoCloseable {

    static OtherServer start(Class<?> main, Map<String, String> environment) throws IOException {
        int port = Program.freePort();
        String url = "http://127.0.0.1:" + port + "/";
        ProcessBuilder command = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        Objects.requireNonNull(System.getProperty("java.class.path")),
                        main.getName(),
                        Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        command.environment().putAll(environment);
        OtherServer server = new OtherServer(command.start(), url);
        Http.awaitAnswer(URI.create(url));
        return server;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
