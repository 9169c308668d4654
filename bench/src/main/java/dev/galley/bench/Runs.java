package dev.galley.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** How a run is made, compared and reported: by the same tools, for the same time, with the processors' time beside it. */
final class Runs {
    static final int CONNECTIONS = 64;
    private static final int ROUNDS = 3;
    private static final int LONGEST_WARM_UP = 12;
    private static final double STEADY = 1.05;

    final Target target;
    final Report report;
    private final Path pgbench;
    private final int seconds;

    Runs(Target target, Path pgbench, int seconds, Report report) {
        this.target = target;
        this.pgbench = pgbench;
        this.seconds = seconds;
        this.report = report;
    }

    /**
     * Runs that are not counted: until the JVM has compiled the way of a request, it is the compiler that is measured. Ends when
     * two runs are no faster than the best before them by more than {@link #STEADY}.
     */
    void warmUp(String path, String lua) {
        warmUp(() -> http("warm-up", path, lua, CONNECTIONS));
    }

    /** The same for what is run elsewhere. */
    void warmUp(Supplier<Figures> run) {
        double before = 0;
        int steady = 0;
        for (int count = 0; count < LONGEST_WARM_UP && steady < 2; count++) {
            double now = run.get().perSecond();
            steady = now < before * STEADY ? steady + 1 : 0;
            before = Math.max(before, now);
        }
    }

    /** Runs each in turn, several rounds; reports and returns the best of each. */
    List<Figures> alternate(List<Supplier<Figures>> runs) {
        List<Figures> best = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < runs.size(); i++) {
                Figures figures = runs.get(i).get();
                if (round == 0) {
                    best.add(figures);
                } else if (figures.perSecond() > best.get(i).perSecond()) {
                    best.set(i, figures);
                }
            }
        }
        best.forEach(report::add);
        return best;
    }

    Figures http(String name, String path, String lua, int connections) {
        return withCpu(() -> Wrk.run(name, target.program().url() + path, target.headers(), lua, connections, seconds));
    }

    Figures sql(String name, String script, int clients) {
        return withCpu(() -> Pgbench.run(name, pgbench, target.postgres(), script, clients, seconds));
    }

    Figures withCpu(Supplier<Figures> run) {
        List<Long> program = target.program().programProcesses();
        List<Long> database = target.program().databaseProcesses();
        long programBefore = Usage.cpuMillis(program);
        long databaseBefore = Usage.cpuMillis(database);
        Figures figures = run.get();
        double requests = figures.perSecond() * seconds;
        // Backends that started during the run are children too: read the family again.
        long databaseAfter = Usage.cpuMillis(target.program().databaseProcesses());
        return figures.withCpu(
                (Usage.cpuMillis(program) - programBefore) * 1000.0 / requests,
                (databaseAfter - databaseBefore) * 1000.0 / requests);
    }

    /** Of a server that is not the program, on the same client's connections. */
    Figures elsewhere(String name, String url, String lua, int connections) {
        return Wrk.run(name, url, Map.of(), lua, connections, seconds);
    }

    int seconds() {
        return seconds;
    }

    /** One figure as a multiple of another. */
    void ratio(String name, Figures of, Figures to) {
        report.value(name, of.perSecond() / to.perSecond());
    }
}
