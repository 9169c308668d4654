package dev.galley.bench;

/**
 * What one load run gave.
 *
 * @param perSecond requests (or transactions) a second
 * @param p50Millis median latency; 0 when the tool gives none
 * @param p99Millis 99th percentile
 * @param megabytesPerSecond of response bodies and headers; 0 when not counted
 * @param errors answers other than 2xx, and broken connections
 * @param programMicros CPU time of the program for one request
 * @param databaseMicros CPU time of PostgreSQL for one request
 */
record Figures(
        String name,
        double perSecond,
        double p50Millis,
        double p99Millis,
        double megabytesPerSecond,
        long errors,
        double programMicros,
        double databaseMicros) {

    Figures withCpu(double program, double database) {
        return new Figures(name, perSecond, p50Millis, p99Millis, megabytesPerSecond, errors, program, database);
    }
}
