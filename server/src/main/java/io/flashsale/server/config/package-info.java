/**
 * Settings: where they come from, what they may be, and the immutable record that they become.
 *
 * <p>{@link io.flashsale.server.config.Setting} lists them, {@link io.flashsale.server.config.Settings} resolves them
 * (flag, then environment, then {@code .env}, then default) and says what is wrong with one by name.
 *
 * <p><b>Dependencies.</b> The engine's limits and the value types of the modules that are configured.
 * <b>Threading.</b> Everything is immutable.
 */
package io.flashsale.server.config;
