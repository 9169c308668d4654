package dev.galley.settings;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One place where values are given: the command line, the environment, a file. */
public interface Layer {

    /** What is given for a key. */
    Optional<Given> find(String key);

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
