package dev.galley.postgres.wire;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.DatabaseAddress.Tcp;
import dev.galley.postgres.DatabaseAddress.Tls;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Speaks the server's side of the protocol and says what a test wants it to say, at the moment the test wants: what a real
 * server says only by chance. It runs nothing: every statement is answered with success and no rows, unless the script knows better.
 */
final class FakeServer implements AutoCloseable {
    private static final int CANCEL = 80877102;
    private static final int TLS = 80877103;

    /**
     * What came up to one Sync, or in one simple query.
     *
     * @param names of the prepared statements among the statements; empty for the unnamed
     * @param bound the texts of all parameters
     */
    record Batch(int connection, List<String> statements, List<String> names, List<String> bound) {
        boolean has(String sql) {
            return statements.stream().anyMatch(statement -> statement.contains(sql));
        }
    }

    /** An answer to a batch: whole, or cut short by an error. */
    record Answer(Optional<String> sqlState, char status, Map<String, String> parameters) {
        static Answer ready(char status) {
            return new Answer(Optional.empty(), status, Map.of());
        }

        static Answer error(String sqlState, char status) {
            return new Answer(Optional.of(sqlState), status, Map.of());
        }

        /** Tells of a changed parameter, as PostgreSQL does just before it is ready again. */
        Answer telling(String parameter, String value) {
            return new Answer(sqlState, status, Map.of(parameter, value));
        }
    }

    /** The startup parameters of every connection so far. */
    final List<Map<String, String>> logins = new CopyOnWriteArrayList<>();

    final List<Batch> batches = new CopyOnWriteArrayList<>();
    final AtomicInteger cancels = new AtomicInteger();

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Function<Batch, Optional<Answer>> script;
    private volatile Consumer<Map<String, String>> guard = parameters -> {};

    /** @param script may wait; empty for success */
    FakeServer(Function<Batch, Optional<Answer>> script) throws IOException {
        this.script = script;
        Thread.ofVirtual().start(this::accept);
    }

    DatabaseAddress address() {
        return new DatabaseAddress(
                new Tcp("127.0.0.1", listener.getLocalPort()), "fake", "fake", Optional.empty(), Tls.DISABLE);
    }

    /** Whatever it throws refuses the login, with its message. */
    void guardLogins(Consumer<Map<String, String>> check) {
        guard = check;
    }

    int openConnections() {
        return open.size();
    }

    private void accept() {
        try {
            for (int n = 0; ; n++) {
                Socket socket = listener.accept();
                int number = n;
                Thread.ofVirtual().start(() -> talk(number, socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void talk(int number, Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            if (logIn(in, out)) {
                open.add(socket);
                new Talk(number, in, out).run();
            }
        } catch (IOException e) {
            // the client has gone
        }
        open.remove(socket);
    }

    private boolean logIn(DataInputStream in, DataOutputStream out) throws IOException {
        int length = in.readInt();
        int code = in.readInt();
        if (code == CANCEL) {
            in.readNBytes(8);
            cancels.incrementAndGet();
            return false;
        }
        if (code == TLS) {
            out.write('N');
            return logIn(in, out);
        }
        String[] texts = new String(in.readNBytes(length - 8), StandardCharsets.UTF_8).split("\0", -1);
        Map<String, String> parameters = new java.util.TreeMap<>();
        for (int i = 0; i + 1 < texts.length && !texts[i].isEmpty(); i += 2) {
            parameters.put(texts[i], texts[i + 1]);
        }
        logins.add(parameters);
        try {
            guard.accept(parameters);
        } catch (IllegalArgumentException refused) {
            send(out, 'E', error("08P01", String.valueOf(refused.getMessage())));
            return false;
        }
        send(out, 'R', new byte[4]);
        send(out, 'S', texts("client_encoding", "UTF8"));
        send(out, 'K', new byte[8]);
        send(out, 'Z', new byte[] {'I'});
        return true;
    }

    /** One connection after its login. */
    private final class Talk {
        private final int number;
        private final DataInputStream in;
        private final DataOutputStream out;
        private final List<Character> types = new ArrayList<>();
        private final List<String> statements = new ArrayList<>();
        private final List<String> names = new ArrayList<>();
        private final List<String> bound = new ArrayList<>();

        Talk(int number, DataInputStream in, DataOutputStream out) {
            this.number = number;
            this.in = in;
            this.out = out;
        }

        void run() throws IOException {
            while (true) {
                int type = in.read();
                if (type < 0 || type == 'X') {
                    return;
                }
                byte[] body = in.readNBytes(in.readInt() - 4);
                types.add((char) type);
                switch (type) {
                    case 'P' -> {
                        String[] parts = new String(body, StandardCharsets.UTF_8).split("\0", -1);
                        names.add(parts[0]);
                        statements.add(parts[1]);
                    }
                    case 'B' -> bind(body);
                    case 'Q' -> {
                        statements.add(new String(body, StandardCharsets.UTF_8));
                        answer();
                    }
                    case 'S' -> answer();
                    default -> {}
                }
            }
        }

        private void bind(byte[] body) throws IOException {
            DataInputStream parameters = new DataInputStream(new java.io.ByteArrayInputStream(body));
            for (int strings = 0; strings < 2; ) {
                strings += parameters.read() == 0 ? 1 : 0;
            }
            parameters.readNBytes(2 * parameters.readShort());
            int count = parameters.readShort();
            for (int i = 0; i < count; i++) {
                int length = parameters.readInt();
                bound.add(length < 0 ? "null" : new String(parameters.readNBytes(length), StandardCharsets.UTF_8));
            }
        }

        private void answer() throws IOException {
            Batch batch = new Batch(number, List.copyOf(statements), List.copyOf(names), List.copyOf(bound));
            batches.add(batch);
            Answer answer = script.apply(batch)
                    .orElseGet(() -> Answer.ready(
                            types.getLast() == 'S' && batch.has("BEGIN") && !batch.has("COMMIT") ? 'T' : 'I'));
            if (answer.sqlState().isPresent()) {
                send(out, 'E', error(answer.sqlState().get(), "as the script says"));
            } else {
                succeed();
            }
            for (var parameter : answer.parameters().entrySet()) {
                send(out, 'S', texts(parameter.getKey(), parameter.getValue()));
            }
            send(out, 'Z', new byte[] {(byte) answer.status()});
            types.clear();
            statements.clear();
            names.clear();
            bound.clear();
        }

        private void succeed() throws IOException {
            for (char type : types) {
                switch (type) {
                    case 'P' -> send(out, '1', new byte[0]);
                    case 'B' -> send(out, '2', new byte[0]);
                    case 'E' -> send(out, 'C', texts("SELECT 0"));
                    case 'C' -> send(out, '3', new byte[0]);
                    case 'Q' -> {
                        // The question of a reset: nothing foreign was left.
                        send(out, 'D', new byte[] {0, 1, 0, 0, 0, 1, 'f'});
                        send(out, 'C', texts("SELECT 1"));
                    }
                    default -> {}
                }
            }
        }
    }

    private static void send(DataOutputStream out, char type, byte[] body) throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        DataOutputStream into = new DataOutputStream(message);
        into.write(type);
        into.writeInt(4 + body.length);
        into.write(body);
        out.write(message.toByteArray());
        out.flush();
    }

    private static byte[] texts(String... texts) {
        return (String.join("\0", texts) + "\0").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] error(String sqlState, String message) {
        return texts("SERROR", "VERROR", "C" + sqlState, "M" + message, "");
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
