// Makes one event with HepMC3, its momenta with CLHEP, writes it, reads it back and checks both.

#include <CLHEP/Random/MTwistEngine.h>
#include <CLHEP/Random/RandFlat.h>
#include <CLHEP/Units/PhysicalConstants.h>
#include <CLHEP/Vector/LorentzVector.h>
#include <HepMC3/GenEvent.h>
#include <HepMC3/GenParticle.h>
#include <HepMC3/GenVertex.h>
#include <HepMC3/Print.h>
#include <HepMC3/ReaderAscii.h>
#include <HepMC3/Version.h>
#include <HepMC3/WriterAscii.h>

#include <cmath>
#include <cstdio>
#include <memory>
#include <sstream>

namespace {

constexpr double zMass = 91.1876;  // GeV
constexpr double muonMass = 0.1056583745;  // GeV

HepMC3::FourVector fourVector(const CLHEP::HepLorentzVector& p) {
    return {p.px(), p.py(), p.pz(), p.e()};
}

// Z -> mu- mu+ in flight: isotropic in the rest frame, then boosted along the beam.
HepMC3::GenEvent decay(CLHEP::HepRandomEngine& engine) {
    const double cosTheta = CLHEP::RandFlat::shoot(&engine, -1.0, 1.0);
    const double phi = CLHEP::RandFlat::shoot(&engine, 0.0, CLHEP::twopi);
    const double sinTheta = std::sqrt(1 - cosTheta * cosTheta);
    const double energy = zMass / 2;
    const double momentum = std::sqrt(energy * energy - muonMass * muonMass);
    const CLHEP::Hep3Vector direction(sinTheta * std::cos(phi), sinTheta * std::sin(phi), cosTheta);
    CLHEP::HepLorentzVector minus(momentum * direction, energy);
    CLHEP::HepLorentzVector plus(-momentum * direction, energy);
    minus.boost(0, 0, 0.6);
    plus.boost(0, 0, 0.6);

    HepMC3::GenEvent event(HepMC3::Units::GEV, HepMC3::Units::MM);
    auto z = std::make_shared<HepMC3::GenParticle>(fourVector(minus + plus), 23, 2);
    auto vertex = std::make_shared<HepMC3::GenVertex>();
    vertex->add_particle_in(z);
    vertex->add_particle_out(std::make_shared<HepMC3::GenParticle>(fourVector(minus), 13, 1));
    vertex->add_particle_out(std::make_shared<HepMC3::GenParticle>(fourVector(plus), -13, 1));
    event.add_vertex(vertex);
    event.set_event_number(1);
    return event;
}

// Mass of the sum of the final state's momenta.
double finalMass(const HepMC3::GenEvent& event) {
    CLHEP::HepLorentzVector sum;
    for (const auto& particle : event.particles()) {
        if (particle->status() != 1) continue;
        const auto p = particle->momentum();
        sum += CLHEP::HepLorentzVector(p.px(), p.py(), p.pz(), p.e());
    }
    return sum.m();
}

}  // namespace

int main() {
    CLHEP::MTwistEngine engine(20261101);
    const HepMC3::GenEvent event = decay(engine);

    std::stringstream stream;
    {
        HepMC3::WriterAscii writer(stream);
        writer.write_event(event);
    }
    HepMC3::ReaderAscii reader(stream);
    HepMC3::GenEvent back;
    const bool isRead = reader.read_event(back);

    HepMC3::Print::listing(event);
    const double mass = finalMass(back);
    std::printf("HepMC3 %s: particles=%zu vertices=%zu mass=%.4f GeV\n", HepMC3::version().c_str(),
                back.particles().size(), back.vertices().size(), mass);
    if (!isRead || back.particles().size() != 3 || std::abs(mass - zMass) > 1e-4) {
        std::fprintf(stderr, "demo: FAILED, expected 3 particles and a mass of %.4f GeV\n", zMass);
        return 1;
    }
    std::puts("demo: OK");
    return 0;
}
