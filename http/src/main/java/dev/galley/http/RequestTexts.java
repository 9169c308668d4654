package dev.galley.http;

import io.vertx.core.MultiMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What the database is told of a request's headers, as JSON. */
public final class RequestTexts {
    private RequestTexts() {}

    /** One JSON object, its names in lower case; the cookies are apart. A header that came twice is joined by a comma. */
    public static String headers(MultiMap headers) {
        Map<String, String> members = LinkedHashMap.newLinkedHashMap(16);
        for (Map.Entry<String, String> header : headers) {
            String name = lowerCase(header.getKey());
            if (name.equals("cookie")) continue;
            String earlier = members.put(name, header.getValue());
            if (earlier != null) members.put(name, earlier + ", " + header.getValue());
        }
        return object(members);
    }

    /** The cookies as one JSON object. */
    public static String cookies(MultiMap headers) {
        String header = headers.get("Cookie");
        if (header == null) return "{}";
        Map<String, String> cookies = new LinkedHashMap<>();
        for (String each : header.split(";", -1)) {
            int equals = each.indexOf('=');
            if (equals > 0)
                cookies.putIfAbsent(
                        each.substring(0, equals).strip(),
                        unquote(each.substring(equals + 1).strip()));
        }
        return object(cookies);
    }

    private static String unquote(String value) {
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    private static String object(Map<String, String> members) {
        StringBuilder json = new StringBuilder(512).append('{');
        members.forEach((name, value) -> {
            if (json.length() > 1) json.append(',');
            JsonText.quote(json, name);
            json.append(':');
            JsonText.quote(json, value);
        });
        return json.append('}').toString();
    }

    private static String lowerCase(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 'A' && c <= 'Z') return name.toLowerCase(Locale.ROOT);
        }
        return name;
    }
}
