package dev.galley.settings;

import java.util.function.Function;

/**
 * Another program's name for a setting of ours.
 *
 * @param name as that program writes it
 * @param key ours
 * @param value its way of writing a value to ours; an empty one counts as not given
 */
public record Alias(String name, String key, Function<String, String> value) {
    public Alias(String name, String key) {
        this(name, key, Function.identity());
    }
}
