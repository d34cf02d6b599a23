using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Validation;
using Microsoft.EntityFrameworkCore;
using WebApp.Features.SecondFactors;
using WebApp.Features.SecondFactors.EmailCodes;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;

namespace WebApp.Features.SignIn;

/// <summary>What the challenge page and the step-up page share: the offered methods, sending a code, and showing a refusal.</summary>
public sealed class FactorPages(AppDbContext db, SecondFactorService factors, EmailCodeFactor emailCodes)
{
    /// <summary>The methods to offer, with the requested one selected if the user has it, otherwise the strongest.</summary>
    public async Task<FactorChoice> ChoiceAsync(
        string path, Guid userId, Guid boundTo, string? method, string? returnUrl, bool canTrust, CancellationToken cancel, bool strong = false)
    {
        var methods = await factors.MethodsAsync(userId, cancel);
        if (strong && await FactorStrength.IsNeededAsync(db, userId, cancel))
        {
            methods = [.. methods.Where(FactorStrength.StrongMethods.Contains)];
        }

        var shown = methods.Where(m => m != FactorMethod.Passkey).OrderByDescending(m => m == method).FirstOrDefault();
        var address = await db.Users.Where(u => u.Id == userId).Select(u => u.Email).SingleAsync(cancel);
        var sent = shown == FactorMethod.Email ? await emailCodes.SentAtAsync(userId, boundTo, cancel) : null;
        return new(path, methods, shown, returnUrl, MaskedAddress.Mask(address!), sent, canTrust, strong);
    }

    /// <summary>Sends a code. Returns null if the code was sent and the next page says so; otherwise the reason to show on the page.</summary>
    public async Task<SendRefusal?> SendAsync(Controller page, Guid userId, Guid boundTo, CancellationToken cancel)
    {
        switch (await emailCodes.SendAsync(userId, boundTo, ClientInfo.FromRequest(page.HttpContext), cancel))
        {
            case EmailCodeResult.Sent:
                page.TempData.Notice = T("We sent a code to your email address.");
                return null;
            case EmailCodeResult.TooSoon(var wait):
                SetRetryAfter(page.Response, wait);
                return new(FactorMessages.TooSoon(wait), wait);
            default:
                return new(T("This account does not use codes by email."), null);
        }
    }

    /// <summary>Shows a refusal beside the code field; the code must be typed again.</summary>
    public static void Refuse(Controller page, FactorResult refusal)
    {
        page.ModelState.Clear();
        if (refusal is FactorResult.TooMany(var wait))
        {
            SetRetryAfter(page.Response, wait);
            page.ModelState.AddModelError("", FactorMessages.For(refusal));
            return;
        }

        page.ModelState.AddModelError(nameof(FactorForm.Code), FactorMessages.For(refusal));
    }

    private static void SetRetryAfter(HttpResponse response, TimeSpan wait)
    {
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.Headers.RetryAfter = RetryAfter.Seconds(wait);
    }
}

/// <summary>Why no code was mailed.</summary>
/// <param name="Message">A sentence for the user.</param>
/// <param name="Wait">How long until one can be; null if waiting does not help.</param>
public sealed record SendRefusal(string Message, TimeSpan? Wait);

/// <summary>The form at <c>/login/mfa</c> and <c>/reauthenticate</c>.</summary>
public sealed class FactorForm
{
    /// <summary>The second factor that is used.</summary>
    public string? Method { get; init; }

    /// <summary><see cref="FactorChoice.StrongFactor"/> if a mailed code is not offered; at step-up only.</summary>
    public string? Factor { get; init; }

    /// <summary>The code.</summary>
    [Display(Name = "Code")]
    public string? Code { get; init; }

    /// <summary>Whether this browser may skip the second factor for a while; at sign-in only.</summary>
    [Display(Name = "Trust this device for 30 days")]
    public bool TrustDevice { get; init; }

    /// <summary>The password, if the account has no second factor; at step-up only.</summary>
    [Display(Name = "Password")]
    public string? Password { get; init; }

    /// <summary>The path to go to afterwards. Anything but a path on this site is ignored.</summary>
    public string? ReturnUrl { get; init; }

    /// <summary>How long until another code can be mailed, if one was refused.</summary>
    [BindNever]
    public TimeSpan? ResendIn { get; init; }

    /// <summary>What the page offers.</summary>
    [BindNever]
    [ValidateNever]
    public FactorChoice? Choice { get; set; }
}

/// <summary>What a page that asks for a second factor offers.</summary>
/// <param name="Path">The page. Its form posts there, and the request for a mailed code goes to a path below it.</param>
/// <param name="Methods">The methods that the user has, the strongest first; passkeys included.</param>
/// <param name="Method">The method whose code is asked for now; null if the user has only passkeys.</param>
/// <param name="ReturnUrl">A path on this site, or null.</param>
/// <param name="Address">The masked address that codes are mailed to.</param>
/// <param name="CodeSentAt">When the mailed code was sent that can be typed now (UTC); null if there is none.</param>
/// <param name="CanTrust">Whether the device can be trusted.</param>
/// <param name="Strong">Whether only methods stronger than a mailed code are offered.</param>
public sealed record FactorChoice(
    string Path, IReadOnlyList<string> Methods, string? Method, string? ReturnUrl, string Address, DateTimeOffset? CodeSentAt, bool CanTrust, bool Strong = false)
{
    /// <summary>The value that asks a page for <see cref="Strong"/>.</summary>
    public const string StrongFactor = "strong";

    /// <summary>Whether a mailed code can be typed now.</summary>
    public bool CodeSent => CodeSentAt is not null;

    /// <summary>The methods that are answered with a code.</summary>
    public IEnumerable<string> CodeMethods => Methods.Where(method => method != FactorMethod.Passkey);

    /// <summary>Whether a passkey can be used too.</summary>
    public bool HasPasskey => Methods.Contains(FactorMethod.Passkey);

    /// <summary>The address of this page with another method selected.</summary>
    public string PathTo(string method) => PathTo(Path, ReturnUrl, method, Strong);

    /// <summary>The address of a page with its parameters.</summary>
    public static string PathTo(string path, string? returnUrl, string? method = null, bool strong = false)
    {
        var query = new QueryBuilder();
        if (method is not null)
        {
            query.Add("method", method);
        }

        if (!string.IsNullOrEmpty(returnUrl))
        {
            query.Add("returnUrl", returnUrl);
        }

        if (strong)
        {
            query.Add("factor", StrongFactor);
        }

        return $"{path}{query}";
    }
}
