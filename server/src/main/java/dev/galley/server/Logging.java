package dev.galley.server;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.logging.ConsoleHandler;
import java.util.logging.FileHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Sets java.util.logging up: one compact line per record, to standard error and to a rotating file in the data folder.
 * The terminal gets no stack traces; the file has them.
 */
final class Logging {
    /** Kept from being collected: java.util.logging holds its loggers weakly, and their levels with them. */
    private static final List<Logger> TAMED = List.of(
            Logger.getLogger("com.zaxxer.hikari"),
            Logger.getLogger("io.vertx"),
            Logger.getLogger("io.netty"),
            Logger.getLogger("org.postgresql"));

    /** Warns of every signature that does not hold, which is the caller's affair; what to do then is decided, and noted, elsewhere. */
    private static final Logger SIGNATURES = Logger.getLogger("org.apache.xml.security");

    private Logging() {}

    static void start(Path file, LogSettings settings) throws IOException {
        Level level = Level.parse(
                switch (settings.level()) {
                    case ERROR -> "SEVERE";
                    case WARN -> "WARNING";
                    case INFO -> "INFO";
                    case DEBUG -> "FINE";
                    case TRACE -> "FINEST";
                });
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.setLevel(level);
        if (level.intValue() >= Level.INFO.intValue()) {
            TAMED.forEach(logger -> logger.setLevel(Level.WARNING));
        }
        SIGNATURES.setLevel(Level.SEVERE);
        Handler console = new ConsoleHandler();
        console.setFormatter(new Line(false));
        console.setLevel(level);
        root.addHandler(console);
        Handler rotating = new FileHandler(pattern(file), settings.fileSize(), settings.files(), true);
        rotating.setFormatter(new Line(true));
        rotating.setLevel(level);
        root.addHandler(rotating);
    }

    /** The number of the file, 0 in the newest, stands in its name and not behind it. */
    private static String pattern(Path newest) {
        String name = newest.getFileName().toString().replace("-0.", "-%g.");
        return newest.resolveSibling("").toString().replace("%", "%%") + "/" + name;
    }

    /** {@code 12:30:00.123 WARN postgres: text}. Control characters are not passed on: a log line is one line. */
    private static final class Line extends Formatter {
        private static final DateTimeFormatter TIME =
                DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());
        private static final DateTimeFormatter DATE_AND_TIME = DateTimeFormatter.ofPattern(
                        "yyyy-MM-dd HH:mm:ss.SSSXXX", Locale.ROOT)
                .withZone(ZoneId.systemDefault());

        private final boolean whole;

        Line(boolean whole) {
            this.whole = whole;
        }

        @Override
        public String format(LogRecord entry) {
            Instant at = entry.getInstant();
            StringBuilder line = new StringBuilder()
                    .append((whole ? DATE_AND_TIME : TIME).format(at))
                    .append(' ')
                    .append(name(entry.getLevel()))
                    .append(' ')
                    .append(area(entry.getLoggerName()))
                    .append(": ")
                    .append(oneLine(formatMessage(entry)));
            Throwable thrown = entry.getThrown();
            if (thrown != null && whole) {
                StringWriter trace = new StringWriter();
                thrown.printStackTrace(new PrintWriter(trace, true));
                line.append('\n').append(trace);
            } else if (thrown != null) {
                line.append(": ").append(oneLine(thrown.toString()));
            }
            return line.append('\n').toString();
        }

        private static String oneLine(String text) {
            return text.replaceAll("\\p{Cntrl}", " ");
        }

        private static String name(Level level) {
            int value = level.intValue();
            if (value >= Level.SEVERE.intValue()) {
                return "ERROR";
            }
            if (value >= Level.WARNING.intValue()) {
                return "WARN";
            }
            if (value >= Level.INFO.intValue()) {
                return "INFO";
            }
            return value >= Level.FINE.intValue() ? "DEBUG" : "TRACE";
        }

        /** The module of ours, or the last part of a library's logger name. */
        private static String area(@org.jspecify.annotations.Nullable String logger) {
            if (logger == null || logger.isEmpty()) {
                return "galley";
            }
            String own = "dev.galley.";
            if (logger.startsWith(own)) {
                int end = logger.indexOf('.', own.length());
                return end < 0 ? logger.substring(own.length()) : logger.substring(own.length(), end);
            }
            return logger.substring(logger.lastIndexOf('.') + 1);
        }
    }

    /**
     * The usual log manager closes all handlers as soon as the JVM begins to shut down, while the program still has
     * something to say about its stopping. Named on the command line of the JVM.
     */
    public static final class Manager extends LogManager {
        @Override
        public void reset() {
            // The handlers are closed with the process.
        }
    }
}
