using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.SecondFactors;
using WebApp.Features.SecondFactors.EmailCodes;

namespace WebApp.Areas.Api;

/// <summary>What the API says to asking for a mailed code.</summary>
internal static class EmailCodeAnswer
{
    /// <summary>202, <c>too_many_attempts</c>, or <c>forbidden</c> where the account does not use mailed codes.</summary>
    public static IActionResult Of(HttpResponse response, EmailCodeResult result) => result switch
    {
        EmailCodeResult.Sent => new AcceptedResult(location: null, new StatusResponse("code_sent")),
        EmailCodeResult.TooSoon(var wait) => FactorProblem.Wait(response, wait, FactorWords.TooSoon(wait)),
        EmailCodeResult.NotAvailable => new ApiProblem(ApiErrors.Forbidden, "This account does not use mailed codes."),
        _ => throw new UnreachableException(),
    };
}
