package dev.galley.settings;

/** A setting that is unknown or has a value that cannot be used. The message names the key and says what would be right. */
public final class SettingsException extends RuntimeException {
    public SettingsException(String message) {
        super(message);
    }
}
