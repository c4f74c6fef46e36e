package io.flashsale.server.lifecycle;

import io.flashsale.projector.ProjectorStatus;

/** What health and metrics see of the projector, wherever it runs. Any thread. */
interface Projection {
    /** Where it runs, for people. */
    String place();

    /** How it does, or null while there is none. */
    ProjectorStatus status();

    /** Why there is none, or null. */
    String failure();
}
