package dev.galley.storage.edge;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The path of a request behind the service's prefix, in parts that are decoded exactly once: a slash that was sent as {@code %2F} is
 * part of a name, and nothing is ever normalized.
 */
public record Target(List<String> parts) {

    /** @param path as it was sent, percent-encoded, from {@code prefix} on */
    public static Target of(String path, String prefix) {
        return new Target(Stream.of(path.substring(prefix.length()).split("/", -1))
                .skip(1)
                .map(Target::decode)
                .toList());
    }

    private static String decode(String part) {
        // A plus sign stands for itself in a path.
        return part.indexOf('%') < 0 ? part : URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** The values of the variables of a pattern, or empty when the path is another. */
    public Optional<Names> match(Pattern pattern) {
        List<String> wanted = pattern.parts();
        if (pattern.open() ? parts.size() <= wanted.size() : parts.size() != wanted.size()) {
            return Optional.empty();
        }
        String bucket = "";
        for (int i = 0; i < wanted.size(); i++) {
            if (wanted.get(i).equals(Pattern.BUCKET)) {
                bucket = parts.get(i);
            } else if (!wanted.get(i).equals(parts.get(i))) {
                return Optional.empty();
            }
        }
        String key = pattern.open() ? String.join("/", parts.subList(wanted.size(), parts.size())) : "";
        return (bucket.isEmpty() && wanted.contains(Pattern.BUCKET)) || (pattern.open() && key.isEmpty())
                ? Optional.empty()
                : Optional.of(new Names(bucket, key));
    }

    /** What the path names; empty texts for what it does not. */
    public record Names(String bucket, String key) {}

    /**
     * A path with at most one bucket and, at its end, an object.
     *
     * @param open whether further parts, of which the object's name is made, must follow
     */
    public record Pattern(List<String> parts, boolean open) {
        static final String BUCKET = ":bucket";

        /** @param text such as {@code /object/info/:bucket/*} */
        public static Pattern of(String text) {
            boolean open = text.endsWith("/*");
            String fixed = open ? text.substring(0, text.length() - 2) : text;
            return new Pattern(List.of(fixed.substring(1).split("/")), open);
        }
    }
}
