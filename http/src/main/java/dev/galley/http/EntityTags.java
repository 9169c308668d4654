package dev.galley.http;

import java.util.ArrayList;
import java.util.List;

/** What a header {@code If-Match} or {@code If-None-Match} names: every tag ({@code *}) or those of a list. */
public record EntityTags(boolean any, List<String> tags) {

    /** What does not follow the grammar names nothing. */
    public static EntityTags parse(String header) {
        String text = header.strip();
        if (text.equals("*")) return new EntityTags(true, List.of());
        List<String> tags = new ArrayList<>(1);
        int at = 0;
        while (at < text.length()) {
            int open = text.indexOf('"', at);
            int close = open < 0 ? -1 : text.indexOf('"', open + 1);
            if (close < 0) break;
            boolean weak = text.substring(at, open).strip().endsWith("W/");
            tags.add((weak ? "W/" : "") + text.substring(open, close + 1));
            at = close + 1;
        }
        return new EntityTags(false, List.copyOf(tags));
    }

    /** For a copy that is to be kept: weak tags count too. */
    public boolean namesWeakly(String tag) {
        return any || tags.stream().anyMatch(each -> opaque(each).equals(opaque(tag)));
    }

    /** For a whole answer: weak tags never count. */
    public boolean names(String tag) {
        return any || tags.stream().anyMatch(each -> each.equals(tag) && !each.startsWith("W/"));
    }

    /** Whether rows with that digest are named, in whatever variant they were read. */
    public boolean namesRows(String digest) {
        return tags.stream().anyMatch(each -> each.equals('"' + digest + '"') || each.startsWith('"' + digest + '.'));
    }

    private static String opaque(String tag) {
        return tag.startsWith("W/") ? tag.substring(2) : tag;
    }
}
