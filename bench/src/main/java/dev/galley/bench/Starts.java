package dev.galley.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The time from the command to "ready": the medians of several starts. */
final class Starts {
    private static final int STARTS = 5;

    private final Path launcher;
    private final Optional<Path> archive;
    private final Report report;

    /** @param archive of a distribution, to be unpacked and started too */
    Starts(Path launcher, Optional<Path> archive, Report report) {
        this.launcher = launcher;
        this.archive = archive;
        this.report = report;
    }

    void run() throws IOException {
        List<Double> first = new ArrayList<>();
        List<Double> later = new ArrayList<>();
        for (int round = 0; round < STARTS; round++) {
            Path folder = Folders.temporary();
            try {
                first.add(ready(launcher, folder));
                later.add(ready(launcher, folder));
                later.add(ready(launcher, folder));
            } finally {
                Folders.delete(folder);
            }
        }
        report.value("ready, first start (ms)", median(first));
        report.value("ready, later start (ms)", median(later));
        if (archive.isPresent()) {
            List<Double> unpacked = new ArrayList<>();
            for (int round = 0; round < STARTS; round++) {
                unpacked.add(readyFrom(archive.get()));
            }
            report.value("ready, first start of an unpacked archive (ms)", median(unpacked));
        }
    }

    /** Unpacked anew, so that nothing of an earlier start is there. */
    private static double readyFrom(Path archive) throws IOException {
        Path folder = Folders.temporary();
        try {
            Command.run(List.of("tar", "-xzf", archive.toString(), "-C", folder.toString()), Map.of());
            try (Stream<Path> unpacked = Files.list(folder)) {
                Path program = unpacked.findFirst().orElseThrow();
                return ready(program.resolve("galley"), folder.resolve("project"));
            }
        } finally {
            Folders.delete(folder);
        }
    }

    private static double ready(Path launcher, Path folder) {
        try (Program program = Program.start(launcher, folder, Map.of())) {
            return program.readyMillis();
        }
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
}
