package dev.galley.rest;

import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON of transactions: trees with exact numbers, in which {@code {"$ref": "..."}} stands for a result, and
 * {@code {"$literal": ...}} for what it holds, whatever that looks like. A result that was put in is data: it is not looked at again.
 */
final class TxJson {
    private static final String REFERENCE = "$ref";
    private static final String LITERAL = "$literal";

    private final JsonMapper mapper;

    TxJson(int maxDepth) {
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

    private static boolean isReference(JsonNode node) {
        return node.isObject() && node.size() == 1 && node.path(REFERENCE).isString();
    }

    private static boolean isLiteral(JsonNode node) {
        return node.isObject() && node.size() == 1 && node.has(LITERAL);
    }

    /**
     * The tree as text, with what the references stand for.
     *
     * @param budget takes the bytes while they are written: a result may be put in many times
     */
    byte[] write(JsonNode node, Function<String, JsonNode> results, TxBudget budget) {
        Counted out = new Counted(budget);
        try (JsonGenerator text = mapper.createGenerator(out)) {
            write(node, results, text);
        } catch (JacksonException e) {
            throw new TxError.Malformed("a text has half a character, or it is nested too deep with results put in")
                    .exception();
        }
        return out.toByteArray();
    }

    private static void write(JsonNode node, Function<String, JsonNode> results, JsonGenerator out) {
        if (isReference(node)) {
            plain(results.apply(node.get(REFERENCE).asString()), out);
        } else if (isLiteral(node)) {
            plain(node.get(LITERAL), out);
        } else {
            each(node, child -> write(child, results, out), out);
        }
    }

    /** Data, whatever it looks like. */
    private static void plain(JsonNode node, JsonGenerator out) {
        each(node, child -> plain(child, out), out);
    }

    /** @param child writes a member or an element */
    private static void each(JsonNode node, Consumer<JsonNode> child, JsonGenerator out) {
        switch (node.getNodeType()) {
            case OBJECT -> {
                out.writeStartObject();
                for (Map.Entry<String, JsonNode> each : node.properties()) {
                    out.writeName(each.getKey());
                    child.accept(each.getValue());
                }
                out.writeEndObject();
            }
            case ARRAY -> {
                out.writeStartArray();
                node.forEach(child);
                out.writeEndArray();
            }
            case STRING -> out.writeString(node.asString());
            case NUMBER -> out.writeNumber(node.asString());
            case BOOLEAN -> out.writeBoolean(node.asBoolean());
            case NULL, MISSING, BINARY, POJO -> out.writeNull();
        }
    }

    /** A value of a filter as the query string writes it behind the operator. */
    String condition(String operator, JsonNode given, Function<String, JsonNode> results, TxBudget budget) {
        String word = operator.startsWith("not.") ? operator.substring(4) : operator;
        JsonNode value = resolved(given, results);
        if (!value.isArray()) {
            String text = scalar(word, value);
            budget.take(text.length());
            return text;
        }
        boolean isResult = isReference(given) || isLiteral(given);
        StringBuilder text = new StringBuilder(word.equals("in") ? "(" : "{");
        for (JsonNode each : value) {
            if (text.length() > 1) text.append(',');
            String element = element(isResult ? each : resolved(each, results));
            budget.take(element.length() + 3L);
            text.append('"').append(element).append('"');
        }
        return text.append(word.equals("in") ? ')' : '}').toString();
    }

    private static JsonNode resolved(JsonNode node, Function<String, JsonNode> results) {
        if (isReference(node)) return results.apply(node.get(REFERENCE).asString());
        return isLiteral(node) ? node.get(LITERAL) : node;
    }

    private static String element(JsonNode value) {
        return scalar("", value).replace("\\", "\\\\").replace("\"", "\\\"");
    }

    /** A text behind one of these operators would be grammar, wherever it comes from. */
    private static String scalar(String operator, JsonNode value) {
        if (operator.equals("is") && !value.isBoolean() && !value.isNull()) {
            throw new TxError.Malformed("\"is\" takes null, true or false").exception();
        }
        if (operator.equals("in") || operator.endsWith("(any)") || operator.endsWith("(all)")) {
            throw new TxError.Malformed("\"" + operator + "\" takes a list").exception();
        }
        if (value.isString() && value.asString().indexOf('\0') >= 0) {
            throw new TxError.Malformed("a filter compares with a NUL character").exception();
        }
        if (value.isString() || value.isBoolean() || value.isNumber()) return value.asString();
        if (value.isNull() && operator.equals("is")) return "null";
        throw new TxError.Malformed("a filter compares with text, numbers, true, false, or a list of those"
                        + (value.isNull() ? "; null is found by \"is\"" : ""))
                .exception();
    }

    /** Memory that is paid for before it is taken. */
    private static final class Counted extends ByteArrayOutputStream {
        private final TxBudget budget;

        Counted(TxBudget budget) {
            this.budget = budget;
        }

        @Override
        public synchronized void write(int oneByte) {
            budget.take(1);
            super.write(oneByte);
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            budget.take(length);
            super.write(bytes, offset, length);
        }
    }
}
