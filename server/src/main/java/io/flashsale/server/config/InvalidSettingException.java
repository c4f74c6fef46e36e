package io.flashsale.server.config;

/** A setting has a value that is not allowed. The message names the variable, the value and what is allowed. */
public final class InvalidSettingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidSettingException(final String message) {
        super(message);
    }
}
