package dev.galley.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a socket costs that only listens, and how many broadcasts reach how many of them. */
record RealtimeRuns(Path launcher, int seconds, Report report) {
    private static final int PER_CHANNEL = 100;
    private static final List<Integer> SOCKETS = List.of(1_000, 5_000);

    /** No limit but the machine. */
    private static final Map<String, String> SETTINGS = Map.of(
            "http.access-log", "off",
            "realtime.max-messages-per-second", "10000000",
            "realtime.max-client-messages-per-second", "1000000",
            "realtime.max-joins-per-second", "1000000",
            "realtime.heartbeat-timeout", "10m");

    void run() throws IOException {
        for (int count : SOCKETS) {
            Path folder = Folders.temporary();
            try (Program program = Program.start(launcher, folder, SETTINGS)) {
                String key = program.printed().get("PUBLISHABLE_KEY");
                // The first sockets pay for classes and code that the others share.
                try (Sockets first = new Sockets(port(program), key, PER_CHANNEL)) {
                    first.open(PER_CHANNEL);
                    first.join();
                }
                long heap = heapKib(program);
                long memory = Usage.pssKib(program.programProcesses());
                try (Sockets sockets = new Sockets(port(program), key, PER_CHANNEL)) {
                    sockets.open(count);
                    report.value(count + " idle sockets: KiB of heap each", (double) (heapKib(program) - heap) / count);
                    report.value(
                            count + " idle sockets: KiB of memory each",
                            (double) (Usage.pssKib(program.programProcesses()) - memory) / count);
                    sockets.join();
                    report.value(
                            count + " joined sockets: KiB of heap each", (double) (heapKib(program) - heap) / count);
                    report.add(sockets.run(count + " sockets, " + PER_CHANNEL + " in a channel: delivered", seconds));
                }
            } finally {
                Folders.delete(folder);
            }
        }
    }

    private static int port(Program program) {
        return URI.create(program.url()).getPort();
    }

    /** What is used of the heap when the garbage is gone. */
    private static long heapKib(Program program) {
        String pid = Long.toString(program.programProcesses().getFirst());
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Command.run(List.of(jcmd, pid, "GC.run"), Map.of());
        long used = 0;
        for (String line : Command.run(List.of(jcmd, pid, "GC.heap_info"), Map.of())
                .lines()
                .toList()) {
            int at = line.indexOf(" used ");
            if (at >= 0 && line.contains("total") && !line.contains("Metaspace")) {
                used += Long.parseLong(
                        line.substring(at + 6, line.indexOf('K', at)).strip());
            }
        }
        return used;
    }
}
