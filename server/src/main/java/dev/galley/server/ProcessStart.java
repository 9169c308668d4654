package dev.galley.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * When a process began. The JDK tells it as an instant that it computes from the machine's clock, so that it is another one after
 * the clock was set; Linux itself counts from its own start (proc_pid_stat(5), field 22), which no clock changes.
 */
final class ProcessStart {
    private static final Path PROC = Path.of("/proc");
    private static final int START_TIME = 22;

    /** In user space always these (time(7)). */
    private static final int TICKS_PER_SECOND = 100;

    private ProcessStart() {}

    /** A word that no other process of the same id has had, nor will have. */
    static String of(ProcessHandle process) {
        try {
            String boot =
                    Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
            return boot + "/" + ticks(Long.toString(process.pid()));
        } catch (IOException noLinux) {
            return process.info().startInstant().orElse(Instant.EPOCH).toString();
        }
    }

    /** How long ago the launcher began, which became this process. */
    static Duration age() {
        try {
            String uptime = Files.readString(PROC.resolve("uptime"));
            double seconds = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
            return Duration.ofMillis(Math.round(seconds * 1000)).minusMillis(ticks("self") * 1000 / TICKS_PER_SECOND);
        } catch (IOException noLinux) {
            Instant now = Instant.now();
            return Duration.between(
                    ProcessHandle.current().info().startInstant().orElse(now), now);
        }
    }

    private static long ticks(String process) throws IOException {
        String stat = Files.readString(PROC.resolve(process).resolve("stat"));
        // The second field is the program's name, in which anything may stand.
        String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(afterName[START_TIME - 3]);
    }
}
