package dev.galley.server;

import dev.galley.settings.SettingsException;
import dev.galley.settings.SettingsReader;

/** What is logged and how much of it is kept. */
record LogSettings(Level level, int fileSize, int files) {
    private static final int LARGEST_FILE = 1 << 30;

    enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    static LogSettings from(SettingsReader reader) {
        Level level = reader.choice("log.level", Level.INFO, "The least important records that are logged.");
        long fileSize = reader.bytes("log.file-size", 10 << 20, "Size at which the log file is rotated, at most 1GiB.");
        if (fileSize < 1024 || fileSize > LARGEST_FILE) {
            throw new SettingsException("log.file-size: must be 1KiB to 1GiB");
        }
        return new LogSettings(
                level, (int) fileSize, reader.integer("log.files", 3, 1, 100, "How many log files are kept."));
    }
}
