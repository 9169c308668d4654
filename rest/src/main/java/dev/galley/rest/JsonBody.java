package dev.galley.rest;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Checks a JSON body and finds the keys of its objects, in one pass and without building a tree: the bytes themselves go to
 * the database.
 */
final class JsonBody {
    private static final String INVALID = "Empty or invalid json";

    private final JsonFactory json;

    /** @param maxDepth how deep arrays and objects may nest */
    JsonBody(int maxDepth) {
        json = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(maxDepth)
                        .build())
                .build();
    }

    enum Kind {
        OBJECT,
        ARRAY,
        /** A number, a string, true, false or null. */
        SCALAR
    }

    /**
     * @param keys the keys of the object, or of every object of the array, sorted
     * @param uniform whether an array holds objects only, all with the same keys
     */
    record Shape(Kind kind, List<String> keys, boolean uniform) {}

    Shape shape(byte[] utf8) {
        if (!ByteBufUtil.isText(Unpooled.wrappedBuffer(utf8), StandardCharsets.UTF_8) || holdsNul(utf8)) {
            throw invalid();
        }
        try (JsonParser in = json.createParser(ObjectReadContext.empty(), utf8)) {
            Shape shape = shape(in);
            if (in.nextToken() != null) throw invalid();
            return shape;
        } catch (JacksonException e) {
            throw invalid();
        }
    }

    /** Reads a body that {@link #shape} has accepted. */
    <T> T read(byte[] utf8, Function<JsonParser, T> reader) {
        try (JsonParser in = json.createParser(ObjectReadContext.empty(), utf8)) {
            return reader.apply(in);
        } catch (JacksonException e) {
            throw invalid();
        }
    }

    private static Shape shape(JsonParser in) {
        JsonToken first = in.nextToken();
        if (first == null) throw invalid();
        return switch (first) {
            case START_OBJECT -> {
                TreeSet<String> keys = new TreeSet<>();
                for (String key = in.nextName(); key != null; key = in.nextName()) {
                    keys.add(key);
                    in.nextToken();
                    in.skipChildren();
                }
                yield new Shape(Kind.OBJECT, List.copyOf(keys), true);
            }
            case START_ARRAY -> array(in);
            default -> {
                in.getString();
                yield new Shape(Kind.SCALAR, List.of(), false);
            }
        };
    }

    /** Every object of an array must have the keys of the first: each key met in it is stamped with the object's number. */
    private static Shape array(JsonParser in) {
        Map<String, Integer> stamps = new HashMap<>();
        boolean uniform = true;
        int object = 0;
        for (JsonToken token = in.nextToken(); token != JsonToken.END_ARRAY; token = in.nextToken()) {
            if (token == null) throw invalid();
            if (token != JsonToken.START_OBJECT) {
                uniform = false;
                in.skipChildren();
                continue;
            }
            object++;
            int met = 0;
            for (String key = in.nextName(); key != null; key = in.nextName()) {
                Integer stamp = stamps.get(key);
                if (stamp == null && object > 1) uniform = false;
                else if (stamp == null || stamp != object) {
                    met++;
                    stamps.put(key, object);
                }
                in.nextToken();
                in.skipChildren();
            }
            if (met != stamps.size()) uniform = false;
        }
        return new Shape(Kind.ARRAY, List.copyOf(new TreeSet<>(stamps.keySet())), uniform);
    }

    private static boolean holdsNul(byte[] bytes) {
        for (byte b : bytes) {
            if (b == 0) return true;
        }
        return false;
    }

    private static RestException invalid() {
        return new RestException(new RestError.BadBody(INVALID));
    }
}
