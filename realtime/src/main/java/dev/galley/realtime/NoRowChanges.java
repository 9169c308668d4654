package dev.galley.realtime;

import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Stands where there is no stream of changes: the client is told so. */
final class NoRowChanges implements ChangesPart {
    private final Channel channel;
    private final List<ObjectNode> asked;

    NoRowChanges(Channel channel, JoinRequest request) {
        this.channel = channel;
        this.asked = request.changes();
    }

    @Override
    public String bindings() {
        ArrayNode bindings = TextFrames.JSON.createArrayNode();
        for (int i = 0; i < asked.size(); i++) {
            bindings.add(asked.get(i).deepCopy().put("id", i + 1));
        }
        return bindings.toString();
    }

    @Override
    public void joined() {
        if (!asked.isEmpty()) {
            channel.system("postgres_changes", "error", "Changes of rows are not available here");
        }
    }

    @Override
    public void tokenChanged(ChannelToken token) {}

    @Override
    public void left() {}
}
