using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.Sessions;

/// <summary>A signed-in browser or a refresh-token family. Sessions are what is listed, revoked and audited.</summary>
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

    /// <summary>How long it may be unused: a browser since <see cref="LastSeenAt"/>, an API client since <see cref="RefreshRotatedAt"/>.</summary>
    public required TimeSpan IdleLimit { get; init; }

    /// <summary>Whether "remember me" was selected: without it no idle limit reaches a day.</summary>
    public bool IsRemembered => IdleLimit >= TimeSpan.FromDays(1);

    /// <summary>The name that the client gave, if any; at most 100 characters.</summary>
    public string? DeviceName { get; init; }

    /// <summary>The User-Agent of the sign-in; at most 400 characters.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Address of the last use.</summary>
    public IPAddress? Ip { get; set; }

    /// <summary>How the user authenticated (RFC 8176 values: <c>pwd</c>, <c>otp</c>, …).</summary>
    public required string[] Amr { get; set; }

    /// <summary>When the session was created (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the user last authenticated: at sign-in or step-up (UTC).</summary>
    public required DateTimeOffset AuthenticatedAt { get; set; }

    /// <summary>Last use (UTC); written in batches.</summary>
    public required DateTimeOffset LastSeenAt { get; set; }

    /// <summary>The absolute limit (UTC).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The user's token version when the session was created; if the user has a higher one, the session is over.</summary>
    public required int TokenVersion { get; set; }

    /// <summary>Number of the refresh token that is currently valid; 0 for browsers.</summary>
    public int RefreshSeq { get; set; }

    /// <summary>When <see cref="RefreshSeq"/> last advanced (UTC).</summary>
    public DateTimeOffset? RefreshRotatedAt { get; set; }

    /// <summary>The IP address that created or last refreshed it: what <c>Tokens:Binding</c> compares. Null for browsers.</summary>
    /// <remarks>Not <see cref="Ip"/>, which changes with any use of an access token, including a stolen one.</remarks>
    public IPAddress? RefreshIp { get; init; }

    /// <summary>When it was ended (UTC); null while it is open. Not before its last use: where clocks differ, the database moves it (<see cref="Platform.Data.Migrations.RefreshesInPlace"/>).</summary>
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>Why it was ended, as a short value for the audit trail.</summary>
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

/// <summary>The kind of a session. Stored in lower case.</summary>
public enum SessionKind
{
    /// <summary>A signed-in browser, with a cookie.</summary>
    Browser,

    /// <summary>A refresh-token family of an API client.</summary>
    Api,
}

/// <summary>The database values for kinds of sessions.</summary>
public static class SessionKinds
{
    /// <summary>The value in the column.</summary>
    public static string ToColumn(SessionKind kind) => kind == SessionKind.Browser ? "browser" : "api";

    /// <summary>The kind for a value in the column.</summary>
    public static SessionKind FromColumn(string value) => value == "browser" ? SessionKind.Browser : SessionKind.Api;
}

internal sealed class SessionModel : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> session)
    {
        session.ToTable("sessions");
        session.HasOne<User>().WithMany().HasForeignKey(s => s.UserId);
        session.Property(s => s.Id).ValueGeneratedNever();
        session.Property(s => s.Kind).HasConversion(kind => SessionKinds.ToColumn(kind), value => SessionKinds.FromColumn(value));
        session.Ignore(s => s.EndsUnused).Ignore(s => s.IsRemembered);
        session.HasIndex(s => s.ExpiresAt);
        session.HasIndex(s => s.Ip);
        session.HasIndex(s => s.RevokedAt).HasFilter("revoked_at IS NOT NULL");
    }
}

/// <summary>The table of sessions.</summary>
public static class SessionTables
{
    extension(AppDbContext db)
    {
        /// <summary>All sessions, including ended ones until they are pruned.</summary>
        public DbSet<Session> Sessions => db.Set<Session>();
    }
}

/// <summary>Why a session was ended: the value stored in its row.</summary>
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

    /// <summary>The account's address was changed, or changed back.</summary>
    public const string EmailChanged = "email_changed";

    /// <summary>The owner reported by a mailed link that something was not them.</summary>
    public const string ReportedNotMe = "reported_not_me";

    /// <summary>A role was removed.</summary>
    public const string RolesChanged = "roles_changed";

    /// <summary>The owner requested the deletion of the account.</summary>
    public const string DeletionRequested = "deletion_requested";

    /// <summary>An administrator locked the account.</summary>
    public const string AccountClosed = "account_closed";

    /// <summary>An administrator ended every session.</summary>
    public const string EndedByAdministrator = "ended_by_administrator";

    /// <summary>An administrator removed the second factors.</summary>
    public const string FactorsReset = "factors_reset";

    /// <summary>Another kind of client used it, and the configuration does not allow that.</summary>
    public const string ClientChanged = "client_changed";

    /// <summary>A client revoked a token of it (RFC 7009).</summary>
    public const string TokenRevoked = "token_revoked";

    /// <summary>The proxy in front of this service named another user.</summary>
    public const string ProxyUserChanged = "proxy_user_changed";

    /// <summary>Its user had more sessions than <see cref="SessionOptions.MaxPerUser"/> allows, and this one was unused for the longest.</summary>
    public const string TooManySessions = "too_many_sessions";

    /// <summary>A used refresh token was sent again.</summary>
    public const string RefreshTokenReused = "refresh_token_reused";
}
