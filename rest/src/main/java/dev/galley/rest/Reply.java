package dev.galley.rest;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An answer before it is written. Confined to the request.
 *
 * @param body the printed rows; whoever writes the answer releases it
 */
record Reply(int status, List<Map.Entry<String, String>> headers, Optional<ByteBuf> body) {

    static Reply empty(int status, List<Map.Entry<String, String>> headers) {
        return new Reply(status, headers, Optional.empty());
    }

    /** The same with what a function of the database set: its status, and its headers instead of ours of that name. */
    Reply steered(Optional<String> statusSetting, Optional<String> headersSetting) {
        int newStatus =
                statusSetting.filter(text -> !text.isEmpty()).map(Reply::status).orElse(status);
        List<Map.Entry<String, String>> given = headersSetting
                .filter(text -> !text.isEmpty())
                .map(text -> FlatJson.listOfPairs(text)
                        .orElseThrow(() -> new RestException(new RestError.BadHeadersSetting())))
                .orElse(List.of());
        if (given.isEmpty()) return new Reply(newStatus, headers, body);
        if (!given.stream().allMatch(HeaderField::isSendable))
            throw new RestException(new RestError.BadHeadersSetting());
        List<Map.Entry<String, String>> all = new ArrayList<>(headers);
        all.removeIf(ours -> given.stream().anyMatch(theirs -> theirs.getKey().equalsIgnoreCase(ours.getKey())));
        all.addAll(given);
        return new Reply(newStatus, all, body);
    }

    private static int status(String text) {
        if (text.length() == 3
                && text.chars().allMatch(Names::isDigit)
                && text.charAt(0) >= '2'
                && text.charAt(0) < '6') {
            return Integer.parseInt(text);
        }
        throw new RestException(new RestError.BadStatusSetting());
    }
}
