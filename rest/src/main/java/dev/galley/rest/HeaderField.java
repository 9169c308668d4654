package dev.galley.rest;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Judges the headers that functions of the database set: none may break an answer apart or lie about where it ends. */
final class HeaderField {
    private static final Set<String> OF_THE_CONNECTION = Set.of(
            "connection",
            "content-length",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private HeaderField() {}

    static boolean isSendable(Map.Entry<String, String> header) {
        String name = header.getKey();
        boolean token = !name.isEmpty()
                && name.chars().allMatch(c -> c > ' ' && c < 0x7f && "()<>@,;:\\\"/[]?={}".indexOf(c) < 0);
        boolean printable = header.getValue().chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 0x7f && c <= 0xff));
        return token && printable && !OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT));
    }
}
