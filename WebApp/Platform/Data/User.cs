using Microsoft.AspNetCore.Identity;

namespace WebApp.Platform.Data;

/// <summary>A person's account. The user name is the e-mail address; the key is a UUIDv7.</summary>
/// <remarks>It lives here because Identity's schema ties every feature to it; what is done with it lives in the features.</remarks>
public sealed class User : IdentityUser<Guid>
{
    /// <summary>What pages and mails call this person; null means the address is used.</summary>
    public string? DisplayName { get; set; }

    /// <summary>The seed of every session and token: raising it ends all of them at once.</summary>
    public int TokenVersion { get; set; }

    /// <summary>When <see cref="TokenVersion"/> was last raised (UTC).</summary>
    public DateTimeOffset? TokenVersionAt { get; set; }

    /// <summary>When the account was made (UTC).</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Whether mailed codes are a second factor of this account.</summary>
    public bool EmailCodesEnabled { get; set; }

    /// <summary>When its owner asked for deletion (UTC); null while it is wanted.</summary>
    public DateTimeOffset? DeletionRequestedAt { get; set; }

    /// <summary>How long an account that is to be deleted can be restored.</summary>
    public static readonly TimeSpan DeletionDelay = TimeSpan.FromDays(30);

    /// <summary>True while an account that is to be deleted can be restored at <paramref name="now"/>.</summary>
    public bool CanBeRestored(DateTimeOffset now) => DeletionRequestedAt + DeletionDelay > now;

    /// <summary>The display name, or the address where none was given.</summary>
    public string NameOrEmail => string.IsNullOrWhiteSpace(DisplayName) ? Email! : DisplayName;

    /// <summary>True when an administrator has closed the account at <paramref name="now"/>.</summary>
    public bool IsDisabled(DateTimeOffset now) => LockoutEnd > now;
}

/// <summary>A named set of permissions (its role claims). <c>user</c> and <c>admin</c> are built in.</summary>
public sealed class Role : IdentityRole<Guid>
{
    /// <summary>What the built-in role of administrators is called.</summary>
    public const string AdminName = "admin";

    /// <summary>The id of <c>user</c>, which everybody has; the first migration makes it.</summary>
    public static readonly Guid UserId = new("019aa000-0000-7000-8000-000000000001");

    /// <summary>The id of <c>admin</c>.</summary>
    public static readonly Guid AdminId = new("019aa000-0000-7000-8000-000000000002");
}
