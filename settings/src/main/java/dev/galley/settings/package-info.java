/**
 * In charge of settings: one typed value per key, read from flags, environment and {@code galley.toml} by one rule.
 * Starts at {@link dev.galley.settings.SettingsReader}. Knows no setting by name: every module declares its own.
 */
@NullMarked
package dev.galley.settings;

import org.jspecify.annotations.NullMarked;
