using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Mail.Webhooks;
using WebApp.Platform.Text;
using WebApp.Platform.Users;

namespace WebApp.Features.Accounts;

/// <summary>A user's own profile.</summary>
public sealed class Profile(AppDbContext db, UserSnapshots users, WebhookEvents webhooks, ChangeFeed feed)
{
    /// <summary>The display name, or null.</summary>
    public async ValueTask<string?> NameAsync(Guid userId, CancellationToken cancel) => (await users.FindAsync(userId, cancel))?.DisplayName;

    /// <summary>Changes or removes the display name. Returns the error, or null if it was saved.</summary>
    public async Task<FieldError?> RenameAsync(Guid userId, string? displayName, CancellationToken cancel)
    {
        var name = DisplayName.Clean(displayName);
        if (DisplayName.Check(name) is { } error)
        {
            return error;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(set => set.SetProperty(u => u.DisplayName, name), cancel);
        webhooks.Add(db, WebhookEventType.UserUpdated, new() { UserId = userId, Reason = "name_changed" });
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        feed.ApplyHere(Topics.UserChanged, userId.ToString());
        return null;
    }
}

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
            ? new(nameof(DisplayName), $"Use at most {MaxLength} characters, without line breaks.")
            : null;
}
