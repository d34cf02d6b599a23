using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Mail.Webhooks;
using WebApp.Platform.Pages;
using WebApp.Platform.Text;
using WebApp.Platform.Users;

namespace WebApp.Features.Accounts;

/// <summary>A user's own profile.</summary>
public sealed class Profile(AppDbContext db, UserSnapshots users, WebhookEvents webhooks, ChangeFeed feed)
{
    /// <summary>What the user has set, for the form.</summary>
    public async ValueTask<ProfileSettings> ReadAsync(Guid userId, CancellationToken cancel) =>
        await users.FindAsync(userId, cancel) is { } user ? new(user.DisplayName, user.Language, user.TimeZone) : new(null, null, null);

    /// <summary>Saves everything of the form. Returns the errors; nothing was saved if there is one.</summary>
    public async Task<IReadOnlyList<FieldError>> SaveAsync(Guid userId, ProfileSettings wanted, CancellationToken cancel)
    {
        var name = DisplayName.Clean(wanted.DisplayName);
        var language = Language.Find(wanted.Language)?.Code;
        var zone = string.IsNullOrWhiteSpace(wanted.TimeZone) ? null : wanted.TimeZone.Trim();
        List<FieldError> errors = [];
        if (DisplayName.Check(name) is { } error)
        {
            errors.Add(error);
        }

        if (zone is not null && PageTimes.FindZone(zone) is null)
        {
            errors.Add(new(nameof(ProfileSettings.TimeZone), T("We do not know this time zone. Write it like Europe/Berlin.")));
        }

        if (errors.Count == 0)
        {
            await ChangeAsync(userId, "profile_changed", set => set.SetProperty(u => u.DisplayName, name).SetProperty(u => u.Language, language).SetProperty(u => u.TimeZone, zone), cancel);
        }

        return errors;
    }

    /// <summary>Changes or removes the display name. Returns the error, or null if it was saved.</summary>
    public async Task<FieldError?> RenameAsync(Guid userId, string? displayName, CancellationToken cancel)
    {
        var name = DisplayName.Clean(displayName);
        if (DisplayName.Check(name) is { } error)
        {
            return error;
        }

        await ChangeAsync(userId, "name_changed", set => set.SetProperty(u => u.DisplayName, name), cancel);
        return null;
    }

    private async Task ChangeAsync(Guid userId, string reason, Action<UpdateSettersBuilder<User>> change, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(change, cancel);
        webhooks.Add(db, WebhookEventType.UserUpdated, new() { UserId = userId, Reason = reason });
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        feed.ApplyHere(Topics.UserChanged, userId.ToString());
    }
}

/// <summary>What users set in their profile.</summary>
/// <param name="DisplayName">The display name; empty: the address is shown.</param>
/// <param name="Language">The language of pages and mails; empty: as the browser asks.</param>
/// <param name="TimeZone">The IANA name of a time zone; empty: the browser's.</param>
public sealed record ProfileSettings(string? DisplayName, string? Language, string? TimeZone);

/// <summary>The rules for display names.</summary>
public static class DisplayName
{
    /// <summary>The maximum number of characters.</summary>
    public const int MaxLength = 100;

    /// <summary>The trimmed text; null if it is empty.</summary>
    public static string? Clean(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    /// <summary>The error of a cleaned name, or null.</summary>
    public static FieldError? Check(string? name) =>
        name is not null && (name.Length > MaxLength || !OneLine.Is(name))
            ? new(nameof(DisplayName), T("Use at most {0} characters, without line breaks.", MaxLength))
            : null;
}
