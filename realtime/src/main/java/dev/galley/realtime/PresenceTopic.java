package dev.galley.realtime;

import dev.galley.http.JsonText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Who is present in one channel, and what of it has not been told yet. For one thread. */
final class PresenceTopic {
    private final Map<Holder, Meta> present = new LinkedHashMap<>();
    private final Map<String, Meta> joins = new LinkedHashMap<>();
    private final Map<String, Meta> leaves = new LinkedHashMap<>();
    private boolean planned;

    /** Whose appearance it is: a channel of a client, on a node. */
    record Holder(String node, long channelId) {}

    /**
     * One appearance.
     *
     * @param key the name under which it is shown; several may share it
     * @param ref its own name
     * @param json what was tracked, with {@code phx_ref} and, when it replaces another, {@code phx_ref_prev}
     */
    record Meta(String key, String ref, String json) {
        static Meta of(String key, String ref, @Nullable String previous, ObjectNode value) {
            ObjectNode json = value.deepCopy();
            json.put("phx_ref", ref);
            if (previous == null) {
                json.remove("phx_ref_prev");
            } else {
                json.put("phx_ref_prev", previous);
            }
            return new Meta(key, ref, json.toString());
        }
    }

    @Nullable
    String refOf(Holder holder) {
        Meta meta = present.get(holder);
        return meta == null ? null : meta.ref();
    }

    Meta metaOf(Holder holder) {
        return Objects.requireNonNull(present.get(holder), "not present");
    }

    List<Holder> holdersOf(String node) {
        return present.keySet().stream()
                .filter(holder -> holder.node().equals(node))
                .toList();
    }

    boolean isEmpty() {
        return present.isEmpty() && joins.isEmpty() && leaves.isEmpty();
    }

    void join(Holder holder, Meta meta) {
        leave(holder);
        present.put(holder, meta);
        joins.put(meta.ref(), meta);
    }

    boolean leave(Holder holder) {
        Meta meta = present.remove(holder);
        if (meta == null) {
            return false;
        }
        // Who came and went before anybody was told was not there.
        if (joins.remove(meta.ref()) == null) {
            leaves.put(meta.ref(), meta);
        }
        return true;
    }

    boolean planned() {
        return planned;
    }

    void plan() {
        planned = true;
    }

    /** What has changed since it was last taken: {@code {"joins":{...},"leaves":{...}}}. */
    Optional<String> takeDiff() {
        planned = false;
        if (joins.isEmpty() && leaves.isEmpty()) {
            return Optional.empty();
        }
        String diff = "{\"joins\":" + byKey(joins.values()) + ",\"leaves\":" + byKey(leaves.values()) + "}";
        joins.clear();
        leaves.clear();
        return Optional.of(diff);
    }

    /** {@code {"key":{"metas":[{...}]}}} */
    String state() {
        return byKey(present.values());
    }

    private static String byKey(Iterable<Meta> metas) {
        Map<String, StringBuilder> lists = new LinkedHashMap<>();
        for (Meta meta : metas) {
            StringBuilder list = lists.computeIfAbsent(meta.key(), _ -> new StringBuilder());
            list.append(list.isEmpty() ? "" : ",").append(meta.json());
        }
        StringBuilder json = new StringBuilder("{");
        lists.forEach((key, list) -> {
            if (json.length() > 1) {
                json.append(',');
            }
            JsonText.quote(json, key);
            json.append(":{\"metas\":[").append(list).append("]}");
        });
        return json.append('}').toString();
    }
}
