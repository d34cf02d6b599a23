using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http;

namespace WebApp.Features.SecondFactors.Passkeys;

/// <summary>
/// Begins and finishes WebAuthn ceremonies. Identity makes the options and checks the answers; that a challenge works once, in the
/// browser it was made for, is seen to here.
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

    /// <summary>Begins an assertion: of the purpose's user, who is offered their own passkeys, or of anybody. Returns the browser's options as JSON.</summary>
    public async Task<string> BeginAsync(HttpContext context, PasskeyPurpose purpose, CancellationToken cancel)
    {
        var user = purpose.UserId is { } id ? await db.Users.AsNoTracking().SingleAsync(u => u.Id == id, cancel) : null;
        var options = await handler.MakeRequestOptionsAsync(user, context);
        cookie.Write(context, await challenges.AddAsync(purpose, options.AssertionState!, cancel));
        return options.RequestOptionsJson;
    }

    /// <summary>Checks a new passkey; the caller keeps it. Null when it is not accepted.</summary>
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

    /// <summary>Checks an answer and notes the use. Null when it is not accepted; otherwise whose passkey it was.</summary>
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

    // Identity turns every exception into a failure; a database that is away is not the passkey's fault.
    private void Refuse(PasskeyPurpose purpose, PasskeyException failure)
    {
        if (Failures.IsDatabaseGone(failure))
        {
            throw failure;
        }

        Log.PasskeyRefused(logger, purpose.Ceremony, failure.Message);
    }

    // In one statement: a copied authenticator, which counts the same number at the same time, is let in once (WebAuthn 3, 6.1.1). Passkeys
    // that are synchronised between devices do not count: theirs stays 0.
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

/// <summary>Ties a ceremony to the browser that began it: the key to its challenge, in a cookie no script can read.</summary>
public sealed class PasskeyCookie(IHostEnvironment environment, TimeProvider clock)
{
    private bool Secure => !environment.IsDevelopment();

    private string Name => Secure ? "__Host-passkey" : "passkey";

    /// <summary>The key the browser holds.</summary>
    public RowKey? Read(HttpContext context) => RowKey.TryParse(context.Request.Cookies[Name]);

    /// <summary>Hands out a key; an earlier ceremony of this browser is forgotten.</summary>
    public void Write(HttpContext context, RowKey key) =>
        context.Response.Cookies.Append(Name, key.Reveal(), Attributes(clock.GetUtcNow() + PasskeyChallenges.Lifetime));

    /// <summary>Takes it away.</summary>
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
