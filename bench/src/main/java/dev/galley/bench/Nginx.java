package dev.galley.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** nginx in front of a folder, if it is installed: what a server of files can do here. It takes files by PUT too. */
final class Nginx implements AutoCloseable {
    private final Process process;
    private final Path folder;
    private final String url;

    private Nginx(Process process, Path folder, String url) {
        this.process = process;
        this.folder = folder;
        this.url = url;
    }

    /** Empty where there is no nginx. */
    static Optional<Nginx> serve(Path files) throws IOException {
        Path program = Path.of("/usr/sbin/nginx");
        if (!Files.isExecutable(program)) {
            return Optional.empty();
        }
        Path folder = Folders.temporary();
        int port = Program.freePort();
        Path configuration = folder.resolve("nginx.conf");
        // Its workers are of the user who starts it, for the files are.
        String user = System.getProperty("user.name").equals("root") ? "user root;\n" : "";
        Files.writeString(configuration, user + configuration(folder, port, files));
        Process process = new ProcessBuilder(
                        program.toString(), "-c", configuration.toString(), "-p", folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        String url = "http://127.0.0.1:" + port + "/";
        Http.awaitAnswer(URI.create(url));
        return Optional.of(new Nginx(process, folder, url));
    }

    private static String configuration(Path folder, int port, Path files) {
        return """
            daemon off;
            pid %1$s/nginx.pid;
            error_log %1$s/error.log;
            worker_processes 2;
            events {}
            http {
              access_log off;
              sendfile on;
              tcp_nopush on;
              keepalive_requests 1000000;
              client_body_temp_path %1$s/body;
              proxy_temp_path %1$s/proxy;
              fastcgi_temp_path %1$s/fastcgi;
              uwsgi_temp_path %1$s/uwsgi;
              scgi_temp_path %1$s/scgi;
              client_max_body_size 0;
              server { listen 127.0.0.1:%2$d; root %3$s; location / { dav_methods PUT; create_full_put_path on; } }
            }
            """.formatted(folder, port, files);
    }

    String url() {
        return url;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            int _ = process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Folders.delete(folder);
    }
}
