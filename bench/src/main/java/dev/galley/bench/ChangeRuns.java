package dev.galley.bench;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Changes of rows under row level security, told to many users over WebSockets: each user sees only their own rows, or those of rooms
 * with 100 members. A writer inserts at a steady rate; what counts is the time from the insert to the user.
 */
final class ChangeRuns {
    private static final int MEMBERS = 100;
    private static final int CONNECTING = 100;
    private static final long JOIN_SECONDS = 120;

    static final String SCHEMA = """
        create table live_own (id bigserial primary key, user_id uuid not null, sent bigint not null);
        create table live_rooms (id bigserial primary key, room int not null, sent bigint not null);
        create table live_members (user_id uuid, room int, primary key (user_id, room));
        alter table live_own enable row level security;
        alter table live_rooms enable row level security;
        create policy own on live_own for select to authenticated using ((select auth.uid()) = user_id);
        create policy room on live_rooms for select to authenticated using (
          exists (select from live_members m where m.user_id = (select auth.uid()) and m.room = live_rooms.room));
        grant select on live_own, live_rooms, live_members to authenticated;
        alter publication supabase_realtime add table live_own, live_rooms;
        """;

    private final Runs runs;
    private final Program.Printed printed;
    private final Vertx vertx = Vertx.vertx();

    ChangeRuns(Runs runs, Program.Printed printed) {
        this.runs = runs;
        this.printed = printed;
    }

    void run() throws SQLException, JOSEException {
        try (Connection connection = DriverManager.getConnection(Jdbc.url(printed.get("DB_URL")))) {
            execute(connection, SCHEMA);
            for (int users : List.of(500, 3_000, 10_000)) {
                crowd(connection, users, "live_own", users == 500 ? 1_200 : 600);
            }
            crowd(connection, 500, "live_rooms", 60);
            log(connection);
        } finally {
            var _ = vertx.close();
        }
    }

    /** Users who listen to a table, and a writer. */
    private void crowd(Connection connection, int users, String table, int perSecond)
            throws SQLException, JOSEException {
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < users; i++) {
            ids.add(new UUID(users, i));
        }
        execute(connection, "truncate live_members");
        try (PreparedStatement member =
                connection.prepareStatement("insert into live_members select unnest(?::uuid[]), 1")) {
            member.setArray(
                    1, connection.createArrayOf("uuid", ids.subList(0, MEMBERS).toArray()));
            member.execute();
        }
        ConcurrentLinkedQueue<Long> latencies = new ConcurrentLinkedQueue<>();
        AtomicInteger heard = new AtomicInteger();
        List<WebSocket> sockets = join(ids, table, latencies, heard);
        String name = String.format(
                Locale.ROOT,
                "changes: %d users, %s",
                users,
                table.equals("live_own") ? "own rows" : MEMBERS + " see each");
        write(connection, ids, table, perSecond, 2);
        settle(heard);
        latencies.clear();
        heard.set(0);
        int seconds = runs.seconds();
        long began = System.nanoTime();
        Figures cpu = runs.withCpu(() -> {
            int written = uncheckedWrite(connection, ids, table, perSecond, seconds);
            settle(heard);
            double took = (System.nanoTime() - began) / 1e9;
            long[] sorted =
                    latencies.stream().mapToLong(Long::longValue).sorted().toArray();
            int expected = table.equals("live_own") ? written : written * MEMBERS;
            runs.report.value(name + ": told/s", heard.get() / took);
            runs.report.value(name + ": p95 ms", at(sorted, .95));
            return new Figures(
                    name, written / took, at(sorted, .5), at(sorted, .99), 0, (long) expected - heard.get(), 0, 0);
        });
        runs.report.add(cpu);
        sockets.forEach(socket -> socket.close());
    }

    private static double at(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) (sorted.length * share)] / 1e6;
    }

    private List<WebSocket> join(
            List<UUID> ids, String table, ConcurrentLinkedQueue<Long> latencies, AtomicInteger heard)
            throws JOSEException {
        WebSocketClient client = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(20_000));
        URI api = URI.create(printed.get("API_URL"));
        Semaphore connecting = new Semaphore(CONNECTING);
        Semaphore listening = new Semaphore(0);
        List<WebSocket> sockets = new ArrayList<>();
        MACSigner signer = new MACSigner(printed.get("JWT_SECRET"));
        for (UUID id : ids) {
            String token = token(id, signer);
            acquire(connecting, 1);
            var _ = client.connect(new WebSocketConnectOptions()
                            .setHost(api.getHost())
                            .setPort(api.getPort())
                            .setURI("/realtime/v1/websocket?vsn=2.0.0&apikey=" + printed.get("PUBLISHABLE_KEY")))
                    .onSuccess(socket -> {
                        synchronized (sockets) {
                            sockets.add(socket);
                        }
                        socket.textMessageHandler(frame -> {
                            int sent = frame.indexOf("\"sent\":");
                            if (sent >= 0 && frame.contains("\"record\"")) {
                                latencies.add(System.nanoTime() - number(frame, sent + 7));
                                heard.incrementAndGet();
                            } else if (frame.contains("Subscribed to PostgreSQL")) {
                                listening.release();
                                connecting.release();
                            }
                        });
                        var _ = socket.writeTextMessage("[\"1\",\"1\",\"realtime:bench\",\"phx_join\",{\"config\":{"
                                + "\"postgres_changes\":[{\"event\":\"INSERT\",\"schema\":\"public\",\"table\":\""
                                + table
                                + "\"}]},\"access_token\":\"" + token + "\"}]");
                    })
                    .onFailure(failure -> System.err.println(failure.getMessage()));
        }
        acquire(listening, ids.size());
        return sockets;
    }

    private static long number(String frame, int from) {
        int to = from;
        while (Character.isDigit(frame.charAt(to))) {
            to++;
        }
        return Long.parseLong(frame.substring(from, to));
    }

    private static String token(UUID id, MACSigner signer) throws JOSEException {
        Instant now = Instant.now();
        SignedJWT token = new SignedJWT(
                new JWSHeader(JWSAlgorithm.HS256),
                new JWTClaimsSet.Builder()
                        .subject(id.toString())
                        .claim("role", "authenticated")
                        .audience("authenticated")
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plus(Duration.ofHours(2))))
                        .build());
        token.sign(signer);
        return token.serialize();
    }

    private int uncheckedWrite(Connection connection, List<UUID> ids, String table, int perSecond, int seconds) {
        try {
            return write(connection, ids, table, perSecond, seconds);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One row in each transaction, at a steady rate; returns how many. */
    private static int write(Connection connection, List<UUID> ids, String table, int perSecond, int seconds)
            throws SQLException {
        boolean own = table.equals("live_own");
        try (PreparedStatement insert = connection.prepareStatement(
                own
                        ? "insert into live_own (user_id, sent) values (?, ?)"
                        : "insert into live_rooms (room, sent) values (?, ?)")) {
            long began = System.nanoTime();
            int count = perSecond * seconds;
            for (int i = 0; i < count; i++) {
                long due = began + TimeUnit.SECONDS.toNanos(1) * i / perSecond;
                java.util.concurrent.locks.LockSupport.parkNanos(due - System.nanoTime());
                if (own) {
                    insert.setObject(1, ids.get(i * 7919 % ids.size()));
                } else {
                    insert.setInt(1, 1);
                }
                insert.setLong(2, System.nanoTime());
                insert.executeUpdate();
            }
            return count;
        }
    }

    /** Waits until nothing comes any more. */
    private static void settle(AtomicInteger heard) {
        int before = -1;
        while (before != heard.get()) {
            before = heard.get();
            java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
        }
    }

    /** Processor time of decoding, for each megabyte of the server's log. */
    private void log(Connection connection) throws SQLException {
        List<Long> program = runs.target.program().programProcesses();
        long before = Usage.cpuMillis(program);
        execute(
                connection,
                "insert into live_own (user_id, sent) select gen_random_uuid(), n from generate_series(1, 200000) n");
        java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(8));
        runs.report.value(
                "reader: us of CPU for each change nobody hears, program", (Usage.cpuMillis(program) - before) / 200.0);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void acquire(Semaphore semaphore, int permits) {
        try {
            if (!semaphore.tryAcquire(permits, JOIN_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the sockets have not joined in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
