package dev.galley.settings;

/**
 * A setting as a module has declared it, and the value that it got.
 *
 * @param type what a value looks like, for the reference page: {@code whole number, 1 to 65535}
 * @param fallback the default as a user would write it; empty when there is none
 * @param value the value in force as a user would write it, masked for a secret
 * @param origin where the value was given; empty when it is the default
 */
public record Setting(
        String key, String type, String fallback, String description, boolean secret, String value, String origin) {}
