package dev.galley.storage.tus;

import java.time.Duration;

/**
 * @param life of an upload from its creation
 * @param longestFinish how long it may take to make one object of the parts; then another node may try
 */
public record TusLimits(Duration life, Duration longestFinish) {}
