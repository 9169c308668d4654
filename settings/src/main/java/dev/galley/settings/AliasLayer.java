package dev.galley.settings;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A layer in which a setting may also stand under another program's name. Where both stand, our own counts. */
public final class AliasLayer implements Layer {
    private final Layer layer;
    private final List<Alias> aliases;
    private final Set<String> ignored;

    /** @param ignored names that mean nothing here and are no mistake */
    public AliasLayer(Layer layer, List<Alias> aliases, Set<String> ignored) {
        this.layer = layer;
        this.aliases = List.copyOf(aliases);
        this.ignored = Set.copyOf(ignored);
    }

    @Override
    public Optional<Given> find(String key) {
        Optional<Given> own = layer.find(key);
        return own.isPresent()
                ? own
                : aliases.stream()
                        .filter(alias -> alias.key().equals(key))
                        .flatMap(alias -> layer.find(alias.name()).map(given -> translated(given, alias)).stream())
                        .filter(given -> given.array() || !given.text().isEmpty())
                        .findFirst();
    }

    private static Given translated(Given given, Alias alias) {
        return new Given(given.parts().stream().map(alias.value()).toList(), given.array(), given.origin());
    }

    @Override
    public Map<String, Given> below(String prefix) {
        return layer.below(prefix);
    }

    @Override
    public List<Stranger> strangers(Set<String> keys) {
        Set<String> known = new HashSet<>(keys);
        known.addAll(ignored);
        aliases.stream().filter(alias -> keys.contains(alias.key())).forEach(alias -> known.add(alias.name()));
        return layer.strangers(known);
    }
}
