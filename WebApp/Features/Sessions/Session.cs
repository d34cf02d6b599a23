using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.Sessions;

/// <summary>A signed-in browser or a refresh-token family: the one thing that is listed, revoked and audited.</summary>
public sealed class Session
{
    /// <summary>UUIDv7; the <c>sid</c> of every token derived from this session.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The <see cref="Platform.Data.User"/> who is signed in.</summary>
    public required Guid UserId { get; init; }

    /// <summary>Browser or API.</summary>
    public required SessionKind Kind { get; init; }

    /// <summary>SHA-256 of the cookie's 256-bit key; null for API sessions.</summary>
    public byte[]? KeyHash { get; set; }

    /// <summary>The authentication ticket, encrypted by Data Protection; null for API sessions.</summary>
    public byte[]? Ticket { get; set; }

    /// <summary>How long it may go unused: a browser since <see cref="LastSeenAt"/>, a client since <see cref="RefreshRotatedAt"/>.</summary>
    public required TimeSpan IdleLimit { get; init; }

    /// <summary>Whether "remember me" was asked for: without it no idle limit reaches a day.</summary>
    public bool IsRemembered => IdleLimit >= TimeSpan.FromDays(1);

    /// <summary>What the client calls itself, if it said so; at most 100 characters.</summary>
    public string? DeviceName { get; init; }

    /// <summary>The User-Agent of the sign-in; at most 400 characters.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Address of the last use.</summary>
    public IPAddress? Ip { get; set; }

    /// <summary>How the user proved who they are (RFC 8176 values: <c>pwd</c>, <c>otp</c>, …).</summary>
    public required string[] Amr { get; set; }

    /// <summary>When the session was opened (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the user last authenticated: at sign-in or step-up (UTC).</summary>
    public required DateTimeOffset AuthenticatedAt { get; set; }

    /// <summary>Last use (UTC); written in batches.</summary>
    public required DateTimeOffset LastSeenAt { get; set; }

    /// <summary>The absolute limit (UTC).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The user's token version when the session was opened; a higher one at the user ends the session.</summary>
    public required int TokenVersion { get; set; }

    /// <summary>Number of the one refresh token that is good now; 0 for browsers.</summary>
    public int RefreshSeq { get; set; }

    /// <summary>When <see cref="RefreshSeq"/> last advanced (UTC).</summary>
    public DateTimeOffset? RefreshRotatedAt { get; set; }

    /// <summary>From where it was opened or last refreshed: what <c>Tokens:Binding</c> compares. Null for browsers.</summary>
    /// <remarks>Not <see cref="Ip"/>, which any use of an access token moves, a thief's too.</remarks>
    public IPAddress? RefreshIp { get; init; }

    /// <summary>When it was ended (UTC); null while it lives.</summary>
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>Why it was ended, as a short word for the audit trail.</summary>
    public string? RevokedReason { get; set; }

    /// <summary>When it ends if it is not used again (UTC).</summary>
    public DateTimeOffset EndsUnused
    {
        get
        {
            var idleEnd = (RefreshRotatedAt ?? LastSeenAt) + IdleLimit;
            return idleEnd < ExpiresAt ? idleEnd : ExpiresAt;
        }
    }
}

/// <summary>How a session was opened. Stored in lower case.</summary>
public enum SessionKind
{
    /// <summary>A signed-in browser, held by a cookie.</summary>
    Browser,

    /// <summary>A refresh-token family, held by an API client.</summary>
    Api,
}

/// <summary>How the database writes kinds of sessions.</summary>
public static class SessionKinds
{
    /// <summary>The word in the column.</summary>
    public static string ToColumn(SessionKind kind) => kind == SessionKind.Browser ? "browser" : "api";

    /// <summary>What a word in the column means.</summary>
    public static SessionKind FromColumn(string word) => word == "browser" ? SessionKind.Browser : SessionKind.Api;
}

internal sealed class SessionModel : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> session)
    {
        session.ToTable("sessions");
        session.HasOne<User>().WithMany().HasForeignKey(s => s.UserId);
        session.Property(s => s.Id).ValueGeneratedNever();
        session.Property(s => s.Kind).HasConversion(kind => SessionKinds.ToColumn(kind), word => SessionKinds.FromColumn(word));
        session.Ignore(s => s.EndsUnused).Ignore(s => s.IsRemembered);
        session.HasIndex(s => s.Id).HasDatabaseName("ix_sessions_ended_before_use").HasFilter("revoked_at < greatest(created_at, refresh_rotated_at, authenticated_at)");
        session.HasIndex(s => s.RevokedAt).HasFilter("revoked_at IS NOT NULL");
    }
}

/// <summary>The table of sessions.</summary>
public static class SessionTables
{
    extension(AppDbContext db)
    {
        /// <summary>Every session, ended ones included until they are pruned.</summary>
        public DbSet<Session> Sessions => db.Set<Session>();
    }
}

/// <summary>Why a session was ended: the word kept in its row.</summary>
public static class EndReason
{
    /// <summary>Its user signed out.</summary>
    public const string SignedOut = "signed_out";

    /// <summary>The same browser signed in again.</summary>
    public const string Replaced = "replaced";

    /// <summary>Its user ended it from another session.</summary>
    public const string EndedByUser = "ended_by_user";

    /// <summary>Its user signed out everywhere.</summary>
    public const string SignedOutEverywhere = "signed_out_everywhere";

    /// <summary>The password was reset.</summary>
    public const string PasswordReset = "password_reset";

    /// <summary>A second factor was turned on, off or renewed in another session.</summary>
    public const string FactorChanged = "factor_changed";

    /// <summary>The password was changed in another session.</summary>
    public const string PasswordChanged = "password_changed";

    /// <summary>The account moved to another address, or back.</summary>
    public const string EmailChanged = "email_changed";

    /// <summary>The owner said by a mailed link that something was not them.</summary>
    public const string ReportedNotMe = "reported_not_me";

    /// <summary>A role was taken away.</summary>
    public const string RolesChanged = "roles_changed";

    /// <summary>The owner asked for the account to be deleted.</summary>
    public const string DeletionRequested = "deletion_requested";

    /// <summary>An administrator locked the account.</summary>
    public const string AccountClosed = "account_closed";

    /// <summary>An administrator ended every session.</summary>
    public const string EndedByAdministrator = "ended_by_administrator";

    /// <summary>An administrator took the second factors away.</summary>
    public const string FactorsReset = "factors_reset";

    /// <summary>Another kind of client used it, where that is not allowed.</summary>
    public const string ClientChanged = "client_changed";

    /// <summary>Whoever held a token of it gave that back (RFC 7009).</summary>
    public const string TokenRevoked = "token_revoked";

    /// <summary>The proxy before us named somebody else.</summary>
    public const string ProxyUserChanged = "proxy_user_changed";

    /// <summary>Its user opened more sessions than <see cref="SessionOptions.MaxPerUser"/> allows, and this one was unused for the longest.</summary>
    public const string TooManySessions = "too_many_sessions";

    /// <summary>A spent refresh token came back.</summary>
    public const string RefreshTokenReused = "refresh_token_reused";
}
