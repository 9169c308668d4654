package dev.galley.auth.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A text with variables, written as in Go templates: {@code {{ .Token }}}, {@code {{ .Data.name }}} for a user's metadata.
 * Nothing else of that language is understood; whatever else stands in braces is an error when the template is read.
 */
final class Template {
    private static final Set<String> VARIABLES = Set.of(
            "SiteURL",
            "ConfirmationURL",
            "Email",
            "NewEmail",
            "OldEmail",
            "SendingTo",
            "Token",
            "TokenHash",
            "RedirectTo",
            "OldPhone",
            "Phone",
            "Provider",
            "FactorType");
    private static final Pattern ACTION = Pattern.compile("\\{\\{(.*?)}}", Pattern.DOTALL);
    private static final Pattern VARIABLE = Pattern.compile("-?\\s*\\.(\\w+)((?:\\.\\w+)*)\\s*-?");

    private final List<Part> parts;

    private sealed interface Part {}

    private record Text(String text) implements Part {}

    private record Variable(String name) implements Part {}

    /** @param path of members in the metadata */
    private record Data(List<String> path) implements Part {}

    private Template(List<Part> parts) {
        this.parts = parts;
    }

    /** @throws IllegalArgumentException when something in braces is not a variable that mails have */
    static Template parse(String text) {
        List<Part> parts = new ArrayList<>();
        Matcher action = ACTION.matcher(text);
        int end = 0;
        while (action.find()) {
            parts.add(new Text(text.substring(end, action.start())));
            parts.add(variable(action.group(1)));
            end = action.end();
        }
        String rest = text.substring(end);
        if (rest.contains("{{")) {
            throw new IllegalArgumentException("{{ without }}");
        }
        parts.add(new Text(rest));
        return new Template(List.copyOf(parts));
    }

    private static Part variable(String action) {
        Matcher variable = VARIABLE.matcher(action);
        if (variable.matches()) {
            String path = variable.group(2);
            if (variable.group(1).equals("Data") && !path.isEmpty()) {
                return new Data(List.of(path.substring(1).split("\\.", -1)));
            }
            if (VARIABLES.contains(variable.group(1)) && path.isEmpty()) {
                return new Variable(variable.group(1));
            }
        }
        throw new IllegalArgumentException("{{" + action + "}} is not a variable of mails");
    }

    /** For HTML: no value can become markup. */
    String html(Map<String, String> variables, ObjectNode data) {
        return render(variables, data, true);
    }

    /** For a header: one line. */
    String line(Map<String, String> variables, ObjectNode data) {
        return render(variables, data, false).replaceAll("\\p{Cntrl}+", " ").strip();
    }

    private String render(Map<String, String> variables, ObjectNode data, boolean html) {
        StringBuilder out = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Text(String text) -> out.append(text);
                case Variable(String name) -> append(out, variables.getOrDefault(name, ""), html);
                case Data(List<String> path) -> append(out, member(data, path), html);
            }
        }
        return out.toString();
    }

    private static String member(ObjectNode data, List<String> path) {
        JsonNode node = data;
        for (String name : path) {
            node = node.path(name);
        }
        return node.isString() ? node.stringValue() : node.isMissingNode() || node.isNull() ? "" : node.toString();
    }

    private static void append(StringBuilder out, String value, boolean html) {
        if (!html) {
            out.append(value);
            return;
        }
        value.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&#34;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(c);
            }
        });
    }
}
