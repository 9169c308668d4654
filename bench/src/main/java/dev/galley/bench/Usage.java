package dev.galley.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What processes have used, read from {@code /proc} (see proc(5)).
 *
 * <p>CPU time is counted in clock ticks of 10 ms. Proportional set size (PSS) counts a page that n processes share as 1/n of it
 * for each, so the sums over a family of processes are honest.
 */
final class Usage {
    private static final long MILLIS_PER_TICK = 10;

    private Usage() {}

    /** User and system time of these processes and of their children that have ended, in milliseconds. */
    static long cpuMillis(List<Long> pids) {
        long ticks = 0;
        for (long pid : pids) {
            String[] fields = statAfterName(pid);
            for (int field = 11; field <= 14 && fields.length > 14; field++) { // utime, stime, cutime, cstime
                ticks += Long.parseLong(fields[field]);
            }
        }
        return ticks * MILLIS_PER_TICK;
    }

    /** Proportional set size of these processes together, in KiB. */
    static long pssKib(List<Long> pids) {
        long sum = 0;
        for (long pid : pids) {
            for (String line : read(Path.of("/proc", Long.toString(pid), "smaps_rollup"))
                    .lines()
                    .toList()) {
                if (line.startsWith("Pss:")) {
                    sum += Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        }
        return sum;
    }

    /** The process and all that descend from it. */
    static List<Long> family(long root) {
        List<Long> family = new ArrayList<>(List.of(root));
        List<Long> all = pids();
        for (int i = 0; i < family.size(); i++) {
            long parent = family.get(i);
            for (long pid : all) {
                String[] fields = statAfterName(pid);
                if (fields.length > 1 && Long.parseLong(fields[1]) == parent) {
                    family.add(pid);
                }
            }
        }
        return family;
    }

    /** The fields of {@code /proc/pid/stat} from the state on; empty when the process has ended. */
    private static String[] statAfterName(long pid) {
        String stat = read(Path.of("/proc", Long.toString(pid), "stat"));
        int name = stat.lastIndexOf(')');
        return name < 0 ? new String[0] : stat.substring(name + 2).trim().split(" ");
    }

    private static List<Long> pids() {
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            return entries.map(path -> path.getFileName().toString())
                    .filter(name -> name.chars().allMatch(Character::isDigit))
                    .map(Long::valueOf)
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return ""; // the process has ended meanwhile
        }
    }
}
