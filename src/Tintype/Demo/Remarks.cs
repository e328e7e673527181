using Tintype.Demo.Painting;

namespace Tintype.Demo;

/// <summary>What people of the demo say to each other under photos.</summary>
internal static class Remarks
{
    private static readonly string[] Any =
    [
        "Oh, this one.", "I'd hang this.", "How long did you wait for it?", "The light!", "Stopped scrolling. Thank you.", "Which lens?",
        "Print it. Large.", "You make me want to get up early. Almost.", "That edge on the left is perfect.", "Saved for a bad day.",
        "My favourite of yours so far.", "I can hear this picture.", "The colours are so calm.", "Is that straight out of the camera?",
        "More of these, please.", "I was there in March and saw none of this.", "Sent it to my mother.", "Envious, in a friendly way.",
        "Took me a moment to understand what I'm seeing. Love that.", "Quietly brilliant.", "This is why I'm here.", "Beautiful work.",
        "The composition!", "I'd have cropped it and I'd have been wrong.", "Wow.", "Look at those shadows.", "Yes, yes, yes.",
    ];

    private static readonly Dictionary<Motif, string[]> Fitting = new()
    {
        [Motif.Alps] = ["Which route did you take up?", "My knees hurt from looking.", "That ridge line."],
        [Motif.Dunes] = ["How did you avoid footprints?", "The shadow side is a whole picture of its own."],
        [Motif.Sea] = ["I can smell the salt.", "The path of light gets me every time."],
        [Motif.Ridges] = ["Count the layers and you fall asleep happy.", "Like torn paper."],
        [Motif.Forest] = ["I'd get lost in there on purpose.", "The fog is doing you a favour and you know it."],
        [Motif.City] = ["Top floor, third from the right: still working.", "I used to live behind that tower."],
        [Motif.Aurora] = ["On my list for twenty years.", "How cold was it?", "That reflection though."],
        [Motif.Stars] = ["How dark is it there, Bortle 2?", "I forget that this is above us every night."],
        [Motif.Bokeh] = ["The discs! Which aperture?", "I never see these things until you show them."],
        [Motif.Leaves] = ["Wallpaper, please.", "The veins are unbelievable."],
        [Motif.Facade] = ["Open the third one and wave!", "I want to live behind the green shutters."],
        [Motif.Stairs] = ["That shadow was invited.", "So few things in it, and nothing missing."],
        [Motif.Azulejo] = ["Found the odd one out!", "My kitchen needs exactly these."],
        [Motif.Autumn] = ["That tree knows.", "Peak week?", "The ground is half the picture."],
        [Motif.Cabin] = ["Is the soup ready?", "Booking it. Where is it? Don't tell me.", "The one warm window."],
        [Motif.Rain] = ["Wet streets are cheating and I approve.", "Who is the person with the umbrella?"],
        [Motif.StillLife] = ["The old masters called, they want their light back.", "Did you eat them afterwards?"],
        [Motif.Silhouette] = ["Who are they?", "Perfectly placed."],
        [Motif.Harbour] = ["Which one is yours?", "Had to check which half is the real one."],
        [Motif.Balloons] = ["I cried when I was up there.", "The striped one!"],
        [Motif.Spiral] = ["I got dizzy.", "How many steps?", "Please tell me you held on to something."],
        [Motif.Lavender] = ["I can smell it from here.", "Those lines lead the eye so well."],
        [Motif.Shore] = ["I thought it was a painting.", "Straight down is the best direction."],
        [Motif.Ink] = ["How big is it?", "I see a bird. Anybody else?", "Teach a course!"],
    };

    private static readonly string[] Answers =
    [
        "Thank you!", "About forty minutes, and then two seconds.", "50 mm, as always.", "You should come along next time.", "Means a lot from you.",
        "Ha, I wish.", "Pure luck, but don't tell.", "Straight out of the camera, only the crop is mine.", "Obrigada!", "Same place, back on Sunday.",
        "I'll bring you one.", "Early. Very early.", "Now I see it too!", "Go, it's worth it.", "Thanks for looking so closely.",
    ];

    public static string On(Motif motif, Random random)
    {
        var fitting = Fitting[motif];
        return random.Next(3) == 0 ? fitting[random.Next(fitting.Length)] : Any[random.Next(Any.Length)];
    }

    public static string Answer(Random random) => Answers[random.Next(Answers.Length)];
}
