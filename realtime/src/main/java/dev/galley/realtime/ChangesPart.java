package dev.galley.realtime;

/** What a channel hears of changes of rows. Confined to the channel's event loop. */
interface ChangesPart {

    /** For the reply to the join: a JSON array with one object for each entry that was asked for, in the same order. */
    String bindings();

    /** The join has been answered: from now on messages may be sent. */
    void joined();

    /** From now on another token decides what may be seen. */
    void tokenChanged(ChannelToken token);

    /** Called once, however the channel ends. */
    void left();
}
