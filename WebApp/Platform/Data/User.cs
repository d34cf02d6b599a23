using Microsoft.AspNetCore.Identity;

namespace WebApp.Platform.Data;

/// <summary>A person's account. The user name is the e-mail address; the key is a UUIDv7.</summary>
/// <remarks>It is in Platform because Identity's schema makes every feature depend on it. What is done with users is in the features.</remarks>
public sealed class User : IdentityUser<Guid>
{
    /// <summary>The name on pages and in mails; null means that the address is used.</summary>
    public string? DisplayName { get; set; }

    /// <summary>The language of pages and mails (<see cref="Text.Language.Code"/>); null: pages as the browser asks, mails in English.</summary>
    public string? Language { get; set; }

    /// <summary>The IANA name of the time zone in which pages show times; null: the browser's.</summary>
    public string? TimeZone { get; set; }

    /// <summary>The version that every session and token carries: incrementing it ends all of them at once.</summary>
    public int TokenVersion { get; set; }

    /// <summary>When <see cref="TokenVersion"/> was last incremented (UTC).</summary>
    public DateTimeOffset? TokenVersionAt { get; set; }

    /// <summary>When the account was created (UTC).</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Whether mailed codes are a second factor of this account.</summary>
    public bool EmailCodesEnabled { get; set; }

    /// <summary>When the owner asked for deletion (UTC); null if they did not.</summary>
    public DateTimeOffset? DeletionRequestedAt { get; set; }

    /// <summary>The time between the request for deletion and the deletion, in which the account can be restored.</summary>
    public static readonly TimeSpan DeletionDelay = TimeSpan.FromDays(30);

    /// <summary>True while an account that is to be deleted can be restored at <paramref name="now"/>.</summary>
    public bool CanBeRestored(DateTimeOffset now) => DeletionRequestedAt + DeletionDelay > now;

    /// <summary>The display name, or the address if there is none.</summary>
    public string NameOrEmail => string.IsNullOrWhiteSpace(DisplayName) ? Email! : DisplayName;

    /// <summary>True if the account is disabled by an administrator at <paramref name="now"/>.</summary>
    public bool IsDisabled(DateTimeOffset now) => LockoutEnd > now;
}

/// <summary>A named set of permissions (its role claims). <c>user</c> and <c>admin</c> are built in.</summary>
public sealed class Role : IdentityRole<Guid>
{
    /// <summary>The name of the built-in role of administrators.</summary>
    public const string AdminName = "admin";

    /// <summary>The id of <c>user</c>, which every user has; the first migration creates it.</summary>
    public static readonly Guid UserId = new("019aa000-0000-7000-8000-000000000001");

    /// <summary>The id of <c>admin</c>.</summary>
    public static readonly Guid AdminId = new("019aa000-0000-7000-8000-000000000002");
}
