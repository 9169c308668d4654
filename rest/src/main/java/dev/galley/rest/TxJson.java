package dev.galley.rest;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON of transactions: trees with exact numbers, in which {@code {"$ref": "..."}} stands for a result, and
 * {@code {"$literal": ...}} for what it holds, whatever that looks like. A result that was put in is data: it is not looked at again.
 */
final class TxJson {
    private static final String REFERENCE = "$ref";
    private static final String LITERAL = "$literal";

    private final JsonMapper mapper;
    private final int maxBytes;

    /** @param maxBytes of what is written: a result may be put in many times */
    TxJson(int maxDepth, int maxBytes) {
        this.maxBytes = maxBytes;
        this.mapper = JsonMapper.builder(JsonFactory.builder()
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(maxDepth)
                                .build())
                        .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
    }

    /** Of a request; of a result, which PostgreSQL has made, use {@link #result}. */
    JsonNode read(byte[] utf8) {
        try {
            return mapper.readTree(utf8);
        } catch (JacksonException e) {
            throw new TxError.Malformed("it is no JSON, has a member twice, or is nested too deep").exception();
        }
    }

    JsonNode result(String step, byte[] utf8) {
        try {
            return mapper.readTree(utf8);
        } catch (JacksonException e) {
            throw new TxError.Unresolved(step, "what the step answered has a member twice, or is nested too deep")
                    .exception();
        }
    }

    /** Tells each reference in the tree. */
    static void references(JsonNode node, Consumer<String> found) {
        if (isReference(node)) found.accept(node.get(REFERENCE).asString());
        else if (!isLiteral(node)) node.forEach(child -> references(child, found));
    }

    /** The tree with what the references stand for. */
    static JsonNode resolved(JsonNode node, Function<String, JsonNode> results) {
        if (isReference(node)) return results.apply(node.get(REFERENCE).asString());
        if (isLiteral(node)) return node.get(LITERAL);
        return switch (node) {
            case ObjectNode object -> {
                ObjectNode copy = JsonNodeFactory.instance.objectNode();
                object.properties().forEach(entry -> copy.set(entry.getKey(), resolved(entry.getValue(), results)));
                yield copy;
            }
            case ArrayNode array -> {
                ArrayNode copy = JsonNodeFactory.instance.arrayNode(array.size());
                array.forEach(child -> copy.add(resolved(child, results)));
                yield copy;
            }
            default -> node;
        };
    }

    private static boolean isReference(JsonNode node) {
        return node.isObject() && node.size() == 1 && node.path(REFERENCE).isString();
    }

    private static boolean isLiteral(JsonNode node) {
        return node.isObject() && node.size() == 1 && node.has(LITERAL);
    }

    byte[] write(JsonNode node) {
        Bounded out = new Bounded(maxBytes);
        try {
            mapper.writeValue((OutputStream) out, node);
        } catch (JacksonException e) {
            throw new TxError.Malformed("a text has half a character").exception();
        }
        return out.toByteArray();
    }

    /** A value of a filter as the query string writes it behind the operator. */
    String condition(String operator, JsonNode value) {
        String word = operator.startsWith("not.") ? operator.substring(4) : operator;
        if (!value.isArray()) return scalar(word, value);
        boolean list = word.equals("in");
        StringBuilder text = new StringBuilder(list ? "(" : "{");
        for (JsonNode each : value) {
            if (text.length() > 1) text.append(',');
            String element = scalar(word, each).replace("\\", "\\\\").replace("\"", "\\\"");
            text.append('"').append(element).append('"');
            if (text.length() > maxBytes) throw new TxError.TooLarge(maxBytes).exception();
        }
        return text.append(list ? ')' : '}').toString();
    }

    private static String scalar(String operator, JsonNode value) {
        if (value.isString() && value.asString().indexOf('\0') >= 0) {
            throw new TxError.Malformed("a filter compares with a NUL character").exception();
        }
        if (value.isString() || value.isBoolean()) return value.asString();
        if (value.isNumber()) return value.toString();
        if (value.isNull() && operator.equals("is")) return "null";
        throw new TxError.Malformed("a filter compares with text, numbers, true, false, or a list of those"
                        + (value.isNull() ? "; null is found by \"is\"" : ""))
                .exception();
    }

    /** Memory that refuses to grow beyond a limit. */
    private static final class Bounded extends ByteArrayOutputStream {
        private final int most;

        Bounded(int most) {
            this.most = most;
        }

        @Override
        public synchronized void write(int oneByte) {
            if (count >= most) throw new TxError.TooLarge(most).exception();
            super.write(oneByte);
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            if (length > most - count) throw new TxError.TooLarge(most).exception();
            super.write(bytes, offset, length);
        }
    }
}
