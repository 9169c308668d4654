package dev.galley.rest;

import dev.galley.query.ResultTooLarge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * What the steps of a transaction have given so far, and what references lead to in it. A result is read, and a reference followed,
 * once, however often it is used. Confined to an event loop.
 */
final class TxResults {
    private final TxJson json;
    private final int maxRead;
    private final int maxResponse;
    private final List<TxResult> all = new ArrayList<>();
    private final Map<String, JsonNode> followed = new HashMap<>();
    /** A byte of a result that is referred to takes one, and so does a row that a reference visits. */
    private TxBudget read;

    private long bytes;

    TxResults(TxJson json, int maxRead, int maxResponse) {
        this.json = json;
        this.maxRead = maxRead;
        this.maxResponse = maxResponse;
        this.read = new TxBudget(maxRead, 0);
    }

    TxJson json() {
        return json;
    }

    int size() {
        return all.size();
    }

    /** Throws when the answer to the whole would be too large. */
    void add(TxResult result) {
        bytes += result.bytes();
        if (bytes + TxResult.AROUND > maxResponse) throw new ResultTooLarge(maxResponse);
        all.add(result);
    }

    /** Forgets everything: the transaction begins anew. */
    void clear() {
        all.clear();
        followed.clear();
        read = new TxBudget(maxRead, 0);
        bytes = 0;
    }

    /** What a reference stands for. */
    JsonNode of(String text) {
        JsonNode known = followed.get(text);
        if (known != null) return known;
        TxReference reference = TxReference.parse(text).orElseThrow();
        TxResult named = all.stream()
                .filter(each -> each.step().name().equals(reference.step()))
                .findFirst()
                .orElseThrow();
        JsonNode found = reference.in(named.tree(json, read), read);
        followed.put(text, found);
        return found;
    }

    Reply reply() {
        return TxResult.reply(all, bytes);
    }
}
