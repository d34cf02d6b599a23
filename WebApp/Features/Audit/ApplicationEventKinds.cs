namespace WebApp.Features.Audit;

/// <summary>The events of applications that people sign in to.</summary>
public static partial class SecurityEventKind
{
    /// <summary>A user signed in to an application. The detail contains its client id.</summary>
    public const string ApplicationEntered = "application_entered";

    /// <summary>A user allowed an application to see their data. The detail contains its client id and the scopes.</summary>
    public const string ApplicationAllowed = "application_allowed";

    /// <summary>A user took back what they had allowed an application.</summary>
    public const string ApplicationWithdrawn = "application_withdrawn";

    /// <summary>An application was created, changed or deleted, or has a new secret. The detail contains what, and its client id.</summary>
    public const string ApplicationChanged = "application_changed";
}
