using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http;

namespace WebApp.Features.SecondFactors.Passkeys;

/// <summary>
/// Begins and finishes WebAuthn ceremonies. Identity creates the options and checks the answers. This class ensures that a challenge works once, in the
/// browser it was created for.
/// </summary>
public sealed class PasskeyCeremonies(
    AppDbContext db, IPasskeyHandler<User> handler, PasskeyChallenges challenges, PasskeyCookie cookie, TimeProvider clock, ILogger<PasskeyCeremonies> logger)
{
    /// <summary>Begins an enrolment. Returns the browser's options as JSON.</summary>
    public async Task<string> BeginEnrolmentAsync(HttpContext context, PasskeyPurpose purpose, CancellationToken cancel)
    {
        var user = await db.Users.AsNoTracking().SingleAsync(u => u.Id == purpose.UserId, cancel);
        var entity = new PasskeyUserEntity { Id = user.Id.ToString(), Name = user.Email!, DisplayName = user.NameOrEmail };
        var options = await handler.MakeCreationOptionsAsync(entity, context);
        cookie.Write(context, await challenges.AddAsync(purpose, options.AttestationState!, cancel));
        return options.CreationOptionsJson;
    }

    /// <summary>Begins an assertion, for the purpose's user and their passkeys, or for any user. Returns the browser's options as JSON.</summary>
    public async Task<string> BeginAsync(HttpContext context, PasskeyPurpose purpose, CancellationToken cancel)
    {
        var user = purpose.UserId is { } id ? await db.Users.AsNoTracking().SingleAsync(u => u.Id == id, cancel) : null;
        var options = await handler.MakeRequestOptionsAsync(user, context);
        cookie.Write(context, await challenges.AddAsync(purpose, options.AssertionState!, cancel));
        return options.RequestOptionsJson;
    }

    /// <summary>Checks a new passkey; the caller stores it. Returns null if it is not accepted.</summary>
    public async Task<UserPasskeyInfo?> FinishEnrolmentAsync(HttpContext context, PasskeyPurpose purpose, string? credential, CancellationToken cancel)
    {
        if (await TakeAsync(context, purpose, credential, cancel) is not { } state)
        {
            return null;
        }

        var result = await handler.PerformAttestationAsync(new() { HttpContext = context, CredentialJson = credential!, AttestationState = state });
        if (!result.Succeeded)
        {
            Refuse(purpose, result.Failure);
            return null;
        }

        return result.UserEntity.Id == purpose.UserId.ToString() ? result.Passkey : null;
    }

    /// <summary>Checks an answer and records the use. Returns the passkey's user, or null if the answer is not accepted.</summary>
    public async Task<User?> FinishAsync(HttpContext context, PasskeyPurpose purpose, string? credential, CancellationToken cancel)
    {
        if (await TakeAsync(context, purpose, credential, cancel) is not { } state)
        {
            return null;
        }

        var result = await handler.PerformAssertionAsync(new() { HttpContext = context, CredentialJson = credential!, AssertionState = state });
        if (!result.Succeeded)
        {
            Refuse(purpose, result.Failure);
            return null;
        }

        return await NoteUseAsync(result.User.Id, result.Passkey, cancel) ? result.User : null;
    }

    private async Task<string?> TakeAsync(HttpContext context, PasskeyPurpose purpose, string? credential, CancellationToken cancel)
    {
        if (cookie.Read(context) is not { } key || string.IsNullOrEmpty(credential))
        {
            return null;
        }

        cookie.Remove(context);
        return await challenges.TakeAsync(key, purpose, cancel);
    }

    // Identity turns every exception into a failure; an unreachable database is not the passkey's fault.
    private void Refuse(PasskeyPurpose purpose, PasskeyException failure)
    {
        if (Failures.IsDatabaseGone(failure))
        {
            throw failure;
        }

        Log.PasskeyRefused(logger, purpose.Ceremony, failure.Message);
    }

    // In one statement: if a copied authenticator sends the same counter at the same time, only one is accepted (WebAuthn 3, 6.1.1). Passkeys that are
    // synchronised between devices do not count: their counter stays 0.
    private async Task<bool> NoteUseAsync(Guid userId, UserPasskeyInfo passkey, CancellationToken cancel)
    {
        long count = passkey.SignCount;
        return await db.Database.ExecuteSqlAsync(
            $"""
            UPDATE user_passkeys SET
                data = data || jsonb_build_object('SignCount', {count}, 'IsBackedUp', {passkey.IsBackedUp}),
                last_used_at = {clock.GetUtcNow()}
            WHERE credential_id = {passkey.CredentialId} AND user_id = {userId} AND ({count} = 0 OR (data->>'SignCount')::bigint < {count})
            """,
            cancel) == 1;
    }
}

/// <summary>Binds a ceremony to the browser that began it: the key of its challenge, in a cookie that scripts cannot read.</summary>
public sealed class PasskeyCookie(IHostEnvironment environment, TimeProvider clock)
{
    private bool Secure => !environment.IsDevelopment();

    private string Name => Secure ? "__Host-passkey" : "passkey";

    /// <summary>The key in the browser's cookie.</summary>
    public RowKey? Read(HttpContext context) => RowKey.TryParse(context.Request.Cookies[Name]);

    /// <summary>Sets the cookie; it replaces an earlier ceremony of this browser.</summary>
    public void Write(HttpContext context, RowKey key) =>
        context.Response.Cookies.Append(Name, key.Reveal(), Attributes(clock.GetUtcNow() + PasskeyChallenges.Lifetime));

    /// <summary>Deletes the cookie.</summary>
    public void Remove(HttpContext context) => context.Response.Cookies.Delete(Name, Attributes(null));

    private CookieOptions Attributes(DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        Secure = Secure,
        SameSite = SameSiteMode.Strict,
        Path = "/",
        Expires = expires,
        IsEssential = true,
    };
}
