package dev.galley.identity;

/** Whether we know who calls. */
public sealed interface Identified permits Caller, Refusal {}
