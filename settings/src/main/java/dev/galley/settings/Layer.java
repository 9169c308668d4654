package dev.galley.settings;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One place where values are given: the command line, the environment, a file. */
public interface Layer {

    /** What is given for a key. */
    Optional<Given> find(String key);

    /** What is given for the keys that begin so, by the rest of the key. */
    Map<String, Given> below(String prefix);

    /** Whether the key is one of these, or below one that ends with {@code .*}. */
    static boolean isKnown(String key, Set<String> keys) {
        if (keys.contains(key)) {
            return true;
        }
        for (int dot = key.lastIndexOf('.'); dot > 0; dot = key.lastIndexOf('.', dot - 1)) {
            if (keys.contains(key.substring(0, dot) + ".*")) {
                return true;
            }
        }
        return false;
    }

    /** What is given here that is no setting, as it is written there, in its order. */
    List<Stranger> strangers(Set<String> keys);

    /**
     * Something that looks like a setting and is none.
     *
     * @param name as the user wrote it
     * @param key the key that the name stands for, to find the nearest real one
     */
    record Stranger(String name, String key, String origin) {}
}
